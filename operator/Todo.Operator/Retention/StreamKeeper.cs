using System.Collections.Concurrent;
using Kubernetes.Client.Entities;
using Kubernetes.Operator.Controllers;
using Kubernetes.Operator.Events;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Preflight.Brokers;
using Todo.Operator.Resource;
using Todo.Operator.Telemetry;

namespace Todo.Operator.Retention;

/// <summary>Keeps the streams of a platform that is at rest on Redis from growing for ever.</summary>
public interface IStreamKeeper
{
    /// <summary>Trims when it is time to.</summary>
    Task KeepAsync(V1Alpha1TodoPlatform platform, GenerationContext context, Decision decision, CancellationToken cancellationToken);

    /// <summary>A platform is gone.</summary>
    void Forget(ObjectKey key);
}

/// <summary>Every five minutes, and never while anything is moved or drained: only the Redis that is in use, not one that was left.</summary>
public sealed class StreamKeeper(BrokerAccess access, IEventPublisher events, PlatformMetrics metrics, TimeProvider time) : IStreamKeeper
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ObjectKey, (DateTimeOffset At, string? Problem)> _last = new();

    /// <summary>Whether streams may be trimmed now, and of which Redis.</summary>
    public static RedisSpec? Of(GenerationContext context, Decision decision) =>
        decision is { Stage: Stage.Done, Phase: Phase.Migrated or Phase.RolledBack, Actions.Count: 0, Memory: { FinishedAt: not null, Drains.Count: 0, Target: { AnyDapr: true, Broker: { IsKafka: false } broker } } }
            ? context.Endpoints.Known.GetValueOrDefault(broker)?.Redis
            : null;

    /// <inheritdoc/>
    public async Task KeepAsync(V1Alpha1TodoPlatform platform, GenerationContext context, Decision decision, CancellationToken cancellationToken)
    {
        var key = ObjectKey.Of(platform);
        var last = _last.GetValueOrDefault(key);
        if (Of(context, decision) is not { } redis || time.GetUtcNow() - last.At < Interval)
        {
            return;
        }

        var problem = await TryAsync(platform, context, redis, cancellationToken);
        _last[key] = (time.GetUtcNow(), problem);
        if (problem is not null && problem != last.Problem)
        {
            events.Publish(platform, EventType.Warning, "StreamsNotTrimmed", $"Redis streams grow beyond spec.redis.retention: {problem}.");
        }
    }

    /// <inheritdoc/>
    public void Forget(ObjectKey key) => _last.TryRemove(key, out _);

    /// <summary>Trims; returns why it could not be done, or null.</summary>
    private async Task<string?> TryAsync(V1Alpha1TodoPlatform platform, GenerationContext context, RedisSpec redis, CancellationToken cancellationToken)
    {
        var trimmed = await access.AskAsync(
            Patience,
            async limited =>
            {
                await using var client = await access.RedisAsync(context.Namespace, redis, limited);
                return await new StreamRetention(client).TrimAsync(context, context.Spec.Redis.Retention, limited);
            },
            cancellationToken);
        if (!trimmed.IsKnown)
        {
            return trimmed.Why;
        }

        foreach (var (stream, count) in trimmed.Value!)
        {
            metrics.Trimmed(platform.Namespace()!, platform.Name(), stream, count);
        }

        return null;
    }
}
