using System.Text;
using System.Text.Json.Serialization;
using Kubernetes.Client.Serialization;

namespace Kubernetes.Client.Tests;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData("""{"a":[1,2.50,{"b":null}],"ü":"x\"y\\z"}""")]
    [InlineData("""["x"]""")]
    [InlineData("\"text\"")]
    [InlineData("1.0")]
    [InlineData("false")]
    public void A_value_is_kept_and_written_as_it_stands(string text)
    {
        var holder = Read($$"""{"spec":{{text}},"after":"end"}""");
        Assert.Equal(text, holder.Spec!.ToString());
        Assert.Equal(text, holder.Spec.Parse().GetRawText());
        Assert.Equal("end", holder.After);
        Assert.Equal($$"""{"spec":{{text}},"after":"end"}""", Encoding.UTF8.GetString(KubernetesJson.Default.ToBytes(holder)));
    }

    [Theory]
    [InlineData("""{"spec":null}""")]
    [InlineData("{}")]
    public void What_is_not_there_is_null(string json) => Assert.Null(Read(json).Spec);

    private static Holder Read(string json) => KubernetesJson.Default.FromBytes<Holder>(Encoding.UTF8.GetBytes(json));

    private sealed record Holder
    {
        [JsonPropertyOrder(0)]
        public JsonText? Spec { get; set; }

        [JsonPropertyOrder(1)]
        public string? After { get; set; }
    }
}
