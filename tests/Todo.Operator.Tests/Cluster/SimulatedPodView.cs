using System.Text.Json.Nodes;

namespace Todo.Operator.Tests.Cluster;

/// <summary>What a pod was started with.</summary>
internal sealed class SimulatedPodView(string name, JsonObject pod)
{
    private readonly JsonObject _pod = pod;

    public string Name { get; } = name;

    public bool HasSidecar => _pod["spec"]!["containers"]!.AsArray().Any(c => c!["name"]!.GetValue<string>() == "daprd");

    public string AppId => _pod["metadata"]!["labels"]!["test/app-id"]!.GetValue<string>();

    public bool UseDapr => Variable("USE_DAPR") == "true";

    public bool ConsumesDirect => Variable("CONSUME_DIRECT") is { } text ? text == "true" : !UseDapr;

    public string PublishesTo => UseDapr ? Variable("PUBSUB_NAME")! : "direct-kafka";

    private string? Variable(string name) => _pod["spec"]!["containers"]![0]!["env"]?.AsArray()
        .FirstOrDefault(e => e!["name"]!.GetValue<string>() == name)?["value"]?.GetValue<string>();
}
