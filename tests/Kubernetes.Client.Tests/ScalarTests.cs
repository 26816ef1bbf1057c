using System.Text;
using System.Text.RegularExpressions;
using Kubernetes.Client.Models;
using Kubernetes.Client.Serialization;

namespace Kubernetes.Client.Tests;

public sealed class ScalarTests
{
    [Theory]
    [InlineData("500m", 0.5)]
    [InlineData("0.5", 0.5)]
    [InlineData("128Mi", 134217728)]
    [InlineData("1k", 1000)]
    [InlineData("2e3", 2000)]
    [InlineData("-1", -1)]
    public void A_quantity_has_a_value_and_is_kept_as_written(string text, double value)
    {
        var quantity = new ResourceQuantity(text);
        Assert.Equal((decimal)value, quantity.Value);
        Assert.Equal(text, quantity.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Mi")]
    [InlineData("1Xi")]
    [InlineData("1 Mi")]
    public void What_is_no_quantity_is_refused(string text) => Assert.Throws<FormatException>(() => new ResourceQuantity(text));

    [Theory]
    [InlineData("100ms", 100)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1.5s", 1500)]
    [InlineData("0s", 0)]
    public void A_duration_is_read_in_Gos_notation(string text, double milliseconds)
    {
        Assert.True(DurationConverter.TryParse(text, out var value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
        Assert.True(DurationConverter.TryParse(DurationConverter.Format(value), out var again));
        Assert.Equal(value, again);
    }

    [Theory]
    [InlineData("5")]
    [InlineData("5d")]
    [InlineData("s")]
    [InlineData("1.2.3s")]
    [InlineData("-1s")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(DurationConverter.TryParse(text, out _));

    [Theory]
    [InlineData("999999h999999h999999")]
    [InlineData("999999h999999h99999h")]
    [InlineData("999999999.999999ms")]
    [InlineData("99.999999s99.999999s")]
    public void What_the_schema_lets_through_is_read_and_no_longer_than_Go_can_hold(string text)
    {
        var passes = Regex.IsMatch(text, DurationConverter.Pattern, RegexOptions.None, TimeSpan.FromSeconds(1)) && text.Length <= DurationConverter.MaxLength;
        Assert.Equal(passes, DurationConverter.TryParse(text, out var value));
        Assert.InRange(value, TimeSpan.Zero, TimeSpan.FromDays(106_751));
    }

    [Fact]
    public void A_lease_has_six_decimals_and_a_condition_whole_seconds()
    {
        var time = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(1)).AddMilliseconds(6);
        Assert.Contains("\"renewTime\":\"2026-01-02T02:04:05.006000Z\"", Json(new V1Lease { Spec = new V1LeaseSpec { RenewTime = time } }));
        Assert.Contains("\"lastTransitionTime\":\"2026-01-02T02:04:05Z\"", Json(new V1Condition { LastTransitionTime = time }));
    }

    [Fact]
    public void Fields_of_a_pod_that_have_no_property_survive()
    {
        const string Pod = """{"apiVersion":"v1","kind":"Pod","metadata":{},"spec":{"containers":[{"name":"c","livenessProbe":{"exec":{"command":["x"]}},"tty":true}],"dnsPolicy":"None"}}""";
        var read = KubernetesJson.Default.FromBytes<V1Pod>(Encoding.UTF8.GetBytes(Pod));
        Assert.Equal(Pod, Json(read));
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("\"25%\"", "25%")]
    public void A_number_or_text_stays_what_it_is(string json, string text)
    {
        var value = KubernetesJson.Default.FromBytes<V1ServicePort>(Encoding.UTF8.GetBytes($$"""{"targetPort":{{json}}}"""));
        Assert.Equal(text, value.TargetPort.ToString());
        Assert.Equal($$"""{"targetPort":{{json}}}""", Json(value));
    }

    private static string Json<T>(T value) => Encoding.UTF8.GetString(KubernetesJson.Default.ToBytes(value));
}
