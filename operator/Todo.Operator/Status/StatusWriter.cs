using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Requests;
using Kubernetes.Client.Serialization;
using Kubernetes.Operator.Applying;
using Kubernetes.Operator.Controllers;
using Todo.Operator.Execution;
using Todo.Operator.Resource;

namespace Todo.Operator.Status;

/// <summary>
/// Writes status by server-side apply, only when it differs, and mere figures at most once a second: what the next decision depends on is
/// written at once. Every write carries the version that the status was made for: an older look, of a process that leads no longer above all, never replaces a newer one.
/// </summary>
public sealed class StatusWriter(IApplier applier, KubernetesJson json, TimeProvider time)
{
    internal static readonly TimeSpan FigureInterval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ObjectKey, DateTimeOffset> _written = new();

    /// <summary>Writes when there is something to write.</summary>
    /// <returns>False: there is, and it has to wait until a second is over.</returns>
    /// <exception cref="Kubernetes.Client.Errors.KubernetesException">A conflict: the platform has changed since it was read.</exception>
    /// <param name="platform">The platform that the status was made for.</param>
    /// <param name="status">The status.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    public async Task<bool> WriteAsync(V1Alpha1TodoPlatform platform, TodoPlatformStatus status, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(platform);
        var now = time.GetUtcNow();
        if (platform.Status is { } before
            && _written.TryGetValue(key, out var last) && now - last < FigureInterval
            && JsonNode.DeepEquals(json.ToNode(WithoutFigures(before)), json.ToNode(WithoutFigures(status))))
        {
            return JsonNode.DeepEquals(json.ToNode(before), json.ToNode(status));
        }

        var desired = new JsonObject
        {
            ["apiVersion"] = platform.ApiVersion,
            ["kind"] = platform.Kind,
            ["metadata"] = new JsonObject { ["name"] = platform.Name(), ["namespace"] = platform.Namespace() },
            ["status"] = json.ToNode(status),
        };
        var options = new ApplyOptions(FieldManagers.Status)
        {
            Force = true,
            Subresource = "status",
            ResourceVersion = platform.ResourceVersion(),
        };
        var result = await applier.ApplyAsync(platform, desired, options, cancellationToken);
        if (result.Written)
        {
            _written[key] = now;
        }

        return true;
    }

    /// <summary>A platform is gone.</summary>
    public void Forget(ObjectKey key) => _written.TryRemove(key, out _);

    private static TodoPlatformStatus WithoutFigures(TodoPlatformStatus status) => status with
    {
        InFlight = null,
        Transports = null,
        Analysis = status.Analysis is { } analysis ? analysis with { Current = null, Message = null, OldestSeconds = 0 } : null,
        Message = null,
        Conditions = null,
        Move = status.Move is { } move ? move with { Drains = null } : null,
    };
}
