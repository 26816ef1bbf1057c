using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Todo.Operator.Resource;

namespace Todo.Kubectl.Commands;

/// <summary>A change of the spec that is to be planned and not made: how it is written, let go and taken back.</summary>
internal sealed class PlannedChange(V1Alpha1TodoPlatform platform, string ns, string? broker, bool? useDapr)
{
    /// <summary>Nothing was asked for.</summary>
    public bool IsNone => broker is null && useDapr is null;

    /// <summary>Why it cannot be planned now.</summary>
    public string? Obstacle =>
        platform.IsDeleting() ? "It is being deleted. Nothing was changed."
        : platform is { Status.Move: { Epoch: > 0, FinishedAt: null }, Spec.PlanOnly: false }
            ? "A move is under way, and planOnly would freeze it half-way. Wait for its end (status -w), or abort it. Nothing was changed."
            : null;

    /// <summary>The change together with what keeps it from being made, in one patch, to the version that was looked at.</summary>
    public JsonObject Patch
    {
        get
        {
            var spec = Wanted();
            spec["planOnly"] = true;
            return new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = platform.ResourceVersion() }, ["spec"] = spec };
        }
    }

    /// <summary>What is about to be done.</summary>
    public string Say => $"This changes the spec of {ns}/{platform.Name()}: {string.Join(", ", Patch["spec"]!.AsObject().Select(f => $"{f.Key}: {f.Value}"))}.";

    /// <summary>How to have the move made.</summary>
    public string LetGo => $"To make it: {Command(new JsonObject { ["planOnly"] = false })}";

    /// <summary>How to have the spec as it was; empty when it was not changed.</summary>
    public string TakeBack
    {
        get
        {
            if (IsNone)
            {
                return string.Empty;
            }

            var before = new JsonObject();
            if (broker is not null)
            {
                before["broker"] = platform.Spec.Broker;
            }

            if (useDapr is not null)
            {
                before["useDapr"] = platform.Spec.UseDapr;
            }

            before["planOnly"] = platform.Spec.PlanOnly;
            return $"To take it back: {Command(before)}";
        }
    }

    private JsonObject Wanted()
    {
        var spec = new JsonObject();
        if (broker is not null)
        {
            spec["broker"] = broker;
        }

        if (useDapr is { } dapr)
        {
            spec["useDapr"] = dapr;
        }

        return spec;
    }

    private string Command(JsonObject spec) =>
        $"kubectl patch todoplatform {platform.Name()} -n {ns} --type merge -p '{new JsonObject { ["spec"] = spec }.ToJsonString()}'";
}
