using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;

namespace LocalCluster.Controllers.Runtime;

/// <summary>
/// Writes <c>v1 Event</c>s the way <c>kubectl describe</c> shows them. The same message about the same object is counted up instead of
/// written again; events are removed an hour after they were last seen, as Kubernetes does.
/// </summary>
public sealed class EventRecorder(IClusterApi api, string component, TimeProvider time, string? host = null)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, ObjectKey> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<(string Id, DateTimeOffset Written)> _age = new();
    private readonly Lock _lock = new();
    private long _sequence;

    /// <summary>Records that something normal happened.</summary>
    public void Normal(ResourceType type, JsonObject about, string reason, string message, string? fieldPath = null) =>
        Record(type, about, "Normal", reason, message, fieldPath);

    /// <summary>Records that something went wrong.</summary>
    public void Warning(ResourceType type, JsonObject about, string reason, string message, string? fieldPath = null) =>
        Record(type, about, "Warning", reason, message, fieldPath);

    private void Record(ResourceType type, JsonObject about, string level, string reason, string message, string? fieldPath)
    {
        var id = string.Join('\n', about.Uid(), level, reason, message, fieldPath);
        lock (_lock)
        {
            try
            {
                Expire();
                if (!CountUp(id))
                {
                    Write(id, type, about, level, reason, message, fieldPath);
                }
            }
            catch (ApiException)
            {
                // An event is a courtesy: its namespace may be going away.
            }
        }
    }

    private bool CountUp(string id)
    {
        if (!_known.TryGetValue(id, out var key) || api.Get(ResourceTypes.Events, key.Namespace, key.Name) is not { } former)
        {
            return false;
        }

        former["count"] = (former.Int("count") ?? 1) + 1;
        former["lastTimestamp"] = Metadata.Format(time.GetUtcNow());
        api.Update(ResourceTypes.Events, former, component);
        return true;
    }

    private void Write(string id, ResourceType type, JsonObject about, string level, string reason, string message, string? fieldPath)
    {
        var now = time.GetUtcNow();
        var ns = about.Namespace() ?? "default";
        var subject = new JsonObject
        {
            ["kind"] = type.Kind,
            ["namespace"] = about.Namespace(),
            ["name"] = about.Name(),
            ["uid"] = about.Uid(),
            ["apiVersion"] = type.ApiVersion,
            ["resourceVersion"] = about.Text("metadata", "resourceVersion"),
        };
        if (fieldPath is not null)
        {
            subject["fieldPath"] = fieldPath;
        }

        var source = new JsonObject { ["component"] = component };
        if (host is not null)
        {
            source["host"] = host;
        }

        var key = new ObjectKey(ns, $"{about.Name()}.{now.UtcTicks + ++_sequence:x}");
        api.Create(ResourceTypes.Events, new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject { ["name"] = key.Name, ["namespace"] = ns },
            ["involvedObject"] = subject,
            ["type"] = level,
            ["reason"] = reason,
            ["message"] = message,
            ["source"] = source,
            ["reportingComponent"] = component,
            ["reportingInstance"] = host ?? "",
            ["count"] = 1,
            ["firstTimestamp"] = Metadata.Format(now),
            ["lastTimestamp"] = Metadata.Format(now),
        }, component);
        _known[id] = key;
        _age.Enqueue((id, now));
    }

    private void Expire()
    {
        var limit = time.GetUtcNow() - Lifetime;
        while (_age.TryPeek(out var oldest) && oldest.Written < limit && _age.TryDequeue(out oldest))
        {
            if (!_known.TryGetValue(oldest.Id, out var key))
            {
                continue;
            }

            var seen = api.Get(ResourceTypes.Events, key.Namespace, key.Name).Time("lastTimestamp");
            if (seen > limit)
            {
                _age.Enqueue((oldest.Id, seen.Value));
                continue;
            }

            _known.TryRemove(oldest.Id, out _);
            api.Delete(ResourceTypes.Events, key.Namespace, key.Name);
        }
    }
}
