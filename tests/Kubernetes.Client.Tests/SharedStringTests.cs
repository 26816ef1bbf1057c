using System.Text.Json.Nodes;
using Kubernetes.Client.Models;
using Kubernetes.Client.Serialization;

namespace Kubernetes.Client.Tests;

public sealed class SharedStringTests
{
    // Of this class alone: what other tests read meanwhile must not displace anything.
    private readonly KubernetesJson _json = new();

    [Fact]
    public void Equal_names_values_and_texts_of_different_objects_are_kept_once()
    {
        var (a, b) = (Map("a"), Map("b"));
        Assert.Same(a.Kind, b.Kind);
        Assert.Same(a.Metadata.Labels!.Keys.Single(), b.Metadata.Labels!.Keys.Single());
        Assert.Same(a.Metadata.Labels!["app"], b.Metadata.Labels!["app"]);

        V1ConfigMap Map(string name) => Read($$$"""{"kind":"ConfigMap","metadata":{"name":"{{{name}}}","labels":{"app":"backend"} } }""");
    }

    [Fact]
    public void Every_text_is_read_as_it_stands_however_many_there_are()
    {
        foreach (var text in Enumerable.Range(0, 20_000).Select(static n => $"v{n}").Concat(["", "Grüße 🙂", "a\"b\\c\nd", new string('x', 64), new string('x', 65), new string('ü', 40)]))
        {
            var map = Read(new JsonObject { ["data"] = new JsonObject { [text] = text } }.ToJsonString());
            Assert.Equal(KeyValuePair.Create(text, text), Assert.Single(map.Data!));
            Assert.Equal(text, Assert.Single(_json.Copy(map).Data!).Key);
        }
    }

    [Fact]
    public async Task Many_threads_may_read_at_once()
    {
        await Parallel.ForAsync(0, 8, TestContext.Current.CancellationToken, (thread, _) =>
        {
            for (var n = 0; n < 5_000; n++)
            {
                var text = $"{n % 100 * 50}-{(n + thread) % 7}";
                Assert.Equal(text, Read(new JsonObject { ["kind"] = text }.ToJsonString()).Kind);
            }

            return ValueTask.CompletedTask;
        });
    }

    private V1ConfigMap Read(string json) => _json.FromBytes<V1ConfigMap>(System.Text.Encoding.UTF8.GetBytes(json));
}
