using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Client.Serialization;
using Todo.Operator.Tests.Simulation.Time;

namespace Kubernetes.Operator.Tests.Simulation;

/// <summary>The way of one process to the API server. It takes time, and it is where things go wrong.</summary>
internal sealed class Wire : IKubernetesClient
{
    private static readonly TimeSpan Hop = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(30);

    private readonly SimulatedProcess _process;
    private readonly World _world;
    private readonly VirtualClock _clock;
    private readonly List<WireStream> _streams = [];
    private readonly Queue<KubernetesException> _refusals = new();
    private int _lostAnswers;
    private DateTimeOffset _slowUntil;

    public Wire(SimulatedProcess process, World world, VirtualClock clock)
    {
        (_process, _world, _clock) = (process, world, clock);
        world.Committed += change =>
        {
            foreach (var stream in Open.Where(s => s.Takes(change)))
            {
                stream.Send(change);
            }
        };
    }

    public string Namespace => "default";

    /// <summary>The streams that are open as the server sees it.</summary>
    public IReadOnlyList<WireStream> Open => [.. _streams.Where(static s => !s.IsClosed)];

    /// <summary>The next requests are refused.</summary>
    public void Refuse(int count, KubernetesException refusal)
    {
        for (var i = 0; i < count; i++)
        {
            _refusals.Enqueue(refusal);
        }
    }

    /// <summary>The next writes are done, but nobody hears of it.</summary>
    public void LoseAnswers(int count) => _lostAnswers += count;

    /// <summary>Answers to writes come late, after what the watch has to say about them.</summary>
    public void SlowAnswers(TimeSpan time) => _slowUntil = _clock.Now + time;

    public Task<TEntity?> GetAsync<TEntity>(string? ns, string name, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => CarryAsync(() => _world.Find<TEntity>(name), isWrite: false, cancellationToken);

    public async Task<KubernetesList<TEntity>> ListAsync<TEntity>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        // Pages of two, all of one moment: a version that is forgotten between two of them is refused as at a real server.
        var (moment, from) = options?.Continue is { } token ? (ulong.Parse(token.Split(':')[0]), int.Parse(token.Split(':')[1])) : (0, 0);
        return await CarryAsync(
            () =>
            {
                if (from > 0 && moment != _world.Version)
                {
                    throw World.Refusal(410, "Expired");
                }

                var all = _world.List<TEntity>();
                var more = from + 2 < all.Count ? $"{_world.Version}:{from + 2}" : null;
                return new KubernetesList<TEntity>
                {
                    Items = [.. all.Skip(from).Take(2)], Metadata = new V1ListMeta { ResourceVersion = $"{_world.Version}", ContinueProperty = more },
                };
            },
            isWrite: false,
            cancellationToken);
    }

    public async IAsyncEnumerable<WatchEvent<TEntity>> WatchAsync<TEntity>(
        WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject
    {
        var stream = await CarryAsync(() => Begin<TEntity>(options!), isWrite: false, cancellationToken);
        try
        {
            while (await stream.NextAsync(options!.IdleTimeout!.Value, _process.Time, cancellationToken) is { } change)
            {
                yield return change.What == WatchEventType.Error
                    ? new WatchEvent<TEntity>(change.What, null, World.Refusal(410, "Expired"))
                    : new WatchEvent<TEntity>(change.What, KubernetesJson.Default.Copy((TEntity)change.Object));
            }
        }
        finally
        {
            stream.Close(null);
        }
    }

    public Task<TEntity> CreateAsync<TEntity>(TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => WriteAsync(() => _world.Create(entity), cancellationToken);

    public Task<TEntity> ReplaceAsync<TEntity>(TEntity entity, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => WriteAsync(() => _world.Replace(entity), cancellationToken);

    public async Task<DeleteResult<TEntity>> DeleteAsync<TEntity>(string? ns, string name, DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => new(await CarryAsync(() => Counted<TEntity, bool>(() => _world.Delete<TEntity>(name, options?.Uid)), isWrite: true, cancellationToken), null);

    public Task<TEntity> ApplyAsync<TEntity>(TEntity entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => throw new NotSupportedException();

    public Task<JsonObject> ApplyAsync(KubernetesEntityDefinition definition, JsonObject entity, ApplyOptions options, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<TEntity> ApplyAsync<TEntity>(JsonObject entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => throw new NotSupportedException();

    public Task<TEntity> PatchAsync<TEntity>(string? ns, string name, Patch patch, WriteOptions? options = null, CancellationToken cancellationToken = default)
        where TEntity : class, IKubernetesObject => throw new NotSupportedException();

    public Task<HttpResponseMessage> SendToPodAsync(string ns, string pod, int port, HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public Task<Stream> OpenAsync(string pathAndQuery, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    private Task<TEntity> WriteAsync<TEntity>(Func<TEntity> write, CancellationToken cancellationToken) where TEntity : class, IKubernetesObject =>
        CarryAsync(() => Counted<TEntity, TEntity>(write), isWrite: true, cancellationToken);

    private T Counted<TEntity, T>(Func<T> write)
    {
        var result = write();
        _world.OperatorWrites += typeof(TEntity) == typeof(V1Lease) ? 0 : 1;
        return result;
    }

    private WireStream Begin<TEntity>(WatchOptions options) where TEntity : class, IKubernetesObject
    {
        var stream = new WireStream(_clock, typeof(TEntity));
        if (options.ResourceVersion is { } version)
        {
            if (_world.After<TEntity>(ulong.Parse(version)) is not { } missed)
            {
                stream.EndWith(new WorldChange(0, WatchEventType.Error, null!));
                return stream;
            }

            foreach (var change in missed)
            {
                stream.Send(change);
            }
        }
        else
        {
            foreach (var entity in _world.List<TEntity>())
            {
                stream.Send(new WorldChange(0, WatchEventType.Added, entity));
            }

            stream.Send(Bookmark<TEntity>(isEnd: true));
        }

        _streams.RemoveAll(static s => s.IsClosed);
        _streams.Add(stream);
        _clock.After(options.Timeout!.Value, () => stream.Close(null));
        Remind<TEntity>(stream);
        return stream;
    }

    private void Remind<TEntity>(WireStream stream) where TEntity : class, IKubernetesObject => _clock.After(TimeSpan.FromMinutes(1), () =>
    {
        if (!stream.IsClosed)
        {
            stream.Send(Bookmark<TEntity>(isEnd: false));
            Remind<TEntity>(stream);
        }
    });

    private WorldChange Bookmark<TEntity>(bool isEnd) where TEntity : class, IKubernetesObject
    {
        var mark = Activator.CreateInstance<TEntity>();
        mark.Metadata.ResourceVersion = $"{_world.Version}";
        mark.Metadata.Annotations = isEnd ? new Dictionary<string, string> { ["k8s.io/initial-events-end"] = "true" } : null;
        return new WorldChange(_world.Version, WatchEventType.Bookmark, mark);
    }

    private Task<T> CarryAsync<T>(Func<T> serve, bool isWrite, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<T>();
        _clock.After(Hop, () =>
        {
            try
            {
                if (_refusals.TryDequeue(out var refusal))
                {
                    throw refusal;
                }

                var result = serve();
                if (isWrite && _lostAnswers > 0)
                {
                    _lostAnswers--;
                    _clock.After(ClientTimeout, () => answer.TrySetException(new KubernetesException(KubernetesError.Timeout, "no answer")));
                    return;
                }

                _clock.After(isWrite && _clock.Now < _slowUntil ? TimeSpan.FromSeconds(3) : Hop, () => answer.TrySetResult(result));
            }
            catch (KubernetesException e)
            {
                _clock.After(Hop, () => answer.TrySetException(e));
            }
        });
        return cancellationToken.CanBeCanceled ? answer.Task.WaitAsync(cancellationToken) : answer.Task;
    }
}
