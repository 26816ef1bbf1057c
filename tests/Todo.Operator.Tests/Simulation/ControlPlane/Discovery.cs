using System.Net;
using System.Text;

namespace Todo.Operator.Tests.Simulation.ControlPlane;

/// <summary>The few paths besides objects that are asked for.</summary>
internal static class Discovery
{
    private static readonly Dictionary<string, string[]> Served = new(StringComparer.Ordinal)
    {
        ["/apis/dapr.io/v1alpha1"] = ["components", "resiliencies", "configurations"],
        ["/apis/dapr.io/v2alpha1"] = ["subscriptions"],
    };

    public static HttpResponseMessage Answer(string path) => Served.TryGetValue(path, out var resources)
        ? Json($$"""{"resources":[{{string.Join(',', resources.Select(r => $$"""{"name":"{{r}}"}"""))}}]}""")
        : new HttpResponseMessage(HttpStatusCode.NotFound);

    public static HttpResponseMessage Json(string body) => new(HttpStatusCode.OK) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
}
