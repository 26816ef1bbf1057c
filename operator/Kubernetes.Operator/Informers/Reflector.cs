using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Requests;
using Kubernetes.Operator.Caching;
using Kubernetes.Operator.Controllers;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Operator.Informers;

/// <summary>Keeps a store equal to one resource of the API server, for as long as it runs.</summary>
/// <remarks>
/// The states are: nothing known (version null) → the first state comes in, as a stream or page by page, and replaces the store at once when complete →
/// watching from a version. The version is taken from the list, every event and every bookmark. A watch that ends goes on at that version;
/// when the server no longer has it (410), everything is listed anew and what is missing from the list is gone.
/// </remarks>
internal sealed class Reflector<TEntity>(
    IListWatch<TEntity> source, EntityStore<TEntity> store, InformerTimings timings, TimeProvider time, ILogger logger)
    where TEntity : class, IKubernetesObject
{
    private const string InitialEventsEnd = "k8s.io/initial-events-end";

    private readonly string _resource = KubernetesEntityDefinition.Of<TEntity>().QualifiedName;
    private readonly ReconnectBackoff _backoff = new(timings, time, timings.Jitter);

    private bool _usesWatchList = timings.UseWatchList;
    private int _brokenStreams;
    private string? _version;
    private ulong _highest;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var end = await ConnectAsync(cancellationToken);
            _brokenStreams = end.WasInitial && _usesWatchList ? _brokenStreams + 1 : 0;
            var next = end.Decide(_usesWatchList, _brokenStreams);
            if (next.From != Resume.FromVersion)
            {
                _version = null;
            }

            if (next.From == Resume.FromListWithoutStreaming)
            {
                InformerLog.WatchListRefused(logger, _resource);
                _usesWatchList = false;
            }

            if (next.Pause)
            {
                await PauseAsync(end.Failure, cancellationToken);
            }
        }
    }

    private async Task PauseAsync(KubernetesException? failure, CancellationToken cancellationToken)
    {
        var pause = _backoff.Next();
        if (failure?.RetryAfter > pause)
        {
            pause = failure.RetryAfter.Value;
        }

        if (failure is not null)
        {
            InformerLog.WatchFailed(logger, _resource, failure.Error, failure.Message, pause.TotalSeconds);
        }

        await Task.Delay(pause, time, cancellationToken);
    }

    private async Task<WatchEnd> ConnectAsync(CancellationToken cancellationToken)
    {
        var connection = new Connection { IsInitial = _version is null };
        using var patience = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            if (_version is null && !_usesWatchList)
            {
                await ListAsync(cancellationToken);
                connection.IsInitial = false;
                connection.WasUseful = true;
            }

            patience.CancelAfter(connection.IsInitial ? timings.InitialEventsTimeout : Timeout.InfiniteTimeSpan);
            await foreach (var change in source.WatchAsync(_version, either.Token))
            {
                if (change.Type == WatchEventType.Error)
                {
                    return connection.End(change.Error);
                }

                Handle(change, connection);
                patience.CancelAfter(connection.IsInitial ? timings.InitialEventsTimeout : Timeout.InfiniteTimeSpan);
            }

            return connection.End(null);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return connection.End(new KubernetesException(KubernetesError.Timeout, "the end of the first state did not come"));
        }
        catch (KubernetesException failure)
        {
            return connection.End(failure);
        }
        catch (Exception mistake) when (mistake is not OperationCanceledException)
        {
            // A projection or a subscriber has failed, and an event may be half handled: an informer that dies would go unnoticed, so it starts over.
            InformerLog.Broken(logger, _resource, mistake);
            return new WatchEnd(new KubernetesException(KubernetesError.Expired, mistake.Message, mistake), WasInitial: false, WasUseful: false);
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var all = new List<TEntity>();
        string? version;
        string? page = null;
        do
        {
            var list = await source.ListAsync(page, cancellationToken);
            all.AddRange(list.Items);
            page = list.Metadata.ContinueProperty;
            version = list.Metadata.ResourceVersion;
        }
        while (!string.IsNullOrEmpty(page));
        Replace(all, version);
    }

    private void Handle(WatchEvent<TEntity> change, Connection connection)
    {
        var entity = change.Object!;
        connection.WasUseful = true;
        if (connection.Initial is { } initial)
        {
            HandleInitial(change.Type, entity, initial, connection);
            return;
        }

        switch (change.Type)
        {
            case WatchEventType.Added or WatchEventType.Modified:
                store.Apply(entity);
                break;
            case WatchEventType.Deleted:
                store.Remove(entity);
                break;
        }

        Advance(entity.Metadata.ResourceVersion);
    }

    // Until the end mark the objects are only collected: what they replace must not go before all of them are there, and a stream that breaks starts over.
    private void HandleInitial(WatchEventType type, TEntity entity, Dictionary<ObjectKey, TEntity> initial, Connection connection)
    {
        if (type == WatchEventType.Bookmark)
        {
            if (entity.GetAnnotation(InitialEventsEnd) == "true")
            {
                Replace(initial.Values, entity.Metadata.ResourceVersion);
                connection.IsInitial = false;
            }
        }
        else if (type == WatchEventType.Deleted)
        {
            initial.Remove(ObjectKey.Of(entity));
        }
        else
        {
            initial[ObjectKey.Of(entity)] = entity;
        }
    }

    private void Replace(IReadOnlyCollection<TEntity> all, string? version)
    {
        var number = ModelExtensions.ParseResourceVersion(version);
        var hasGoneBack = number < _highest;
        if (hasGoneBack)
        {
            InformerLog.StorageRestored(logger, _resource, _highest, number ?? 0);
            _highest = number ?? 0;
        }

        store.Replace(all, number, hasGoneBack);
        _version = null;
        Advance(version);
        InformerLog.Synced(logger, _resource, all.Count, version);
    }

    // Never back: a repeated or late event must not make the next watch start in the past.
    private void Advance(string? version)
    {
        var number = ModelExtensions.ParseResourceVersion(version);
        if (number is null || _version is null || number >= _highest)
        {
            _version = string.IsNullOrEmpty(version) ? _version : version;
            _highest = number ?? _highest;
            store.Reach(_highest);
        }
    }

    private sealed class Connection
    {
        private bool _isInitial;

        public Dictionary<ObjectKey, TEntity>? Initial { get; private set; }

        public bool WasUseful { get; set; }

        public bool IsInitial
        {
            get => _isInitial;
            set
            {
                _isInitial = value;
                Initial = value ? [] : null;
            }
        }

        public WatchEnd End(KubernetesException? failure) => new(failure, IsInitial, WasUseful);
    }
}
