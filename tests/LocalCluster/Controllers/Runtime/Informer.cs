using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Controllers.Runtime;

/// <summary>One change as an informer's listeners see it; Old is null for a new object, New for one that is gone.</summary>
public sealed record ObjectChange(ResourceType Type, JsonObject? Old, JsonObject? New)
{
    /// <summary>The object as it is, or as it was last.</summary>
    public JsonObject Latest => New ?? Old!;

    /// <summary>The object's key.</summary>
    public ObjectKey Key => ObjectKey.Of(Latest);
}

/// <summary>
/// A list kept up to date by a watch. A watch that ends is resumed; after a compaction the list is taken again and
/// objects that vanished meanwhile are reported as deleted. Cached objects are shared: never change them.
/// </summary>
public sealed partial class Informer(IClusterApi api, ResourceType type, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan LastPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<ObjectKey, JsonObject> _items = new();
    private readonly List<Action<ObjectChange>> _listeners = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The resource watched.</summary>
    public ResourceType Type => type;

    /// <summary>All objects known now.</summary>
    public ICollection<JsonObject> Items => _items.Values;

    /// <summary>Completes after the first list.</summary>
    public Task Synced => _synced.Task;

    /// <summary>The object known under this key, or null.</summary>
    public JsonObject? Find(ObjectKey key) => _items.GetValueOrDefault(key);

    /// <summary>Calls <paramref name="listener"/>, one change after the other, for every change from the first list on. Before RunAsync only.</summary>
    public void Listen(Action<ObjectChange> listener) => _listeners.Add(listener);

    /// <summary>Lists and watches until cancelled. While the resource is not served there are no objects.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long version = 0;
        var pause = FirstPause;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (version == 0)
                {
                    version = Relist();
                    pause = FirstPause;
                    _synced.TrySetResult();
                }

                await foreach (var change in api.WatchAsync(type, null, version, cancellationToken))
                {
                    version = change.ResourceVersion;
                    Apply(change);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (ApiException e)
            {
                version = 0;
                if (e.Reason == "NotFound")
                {
                    // A definition that was deleted, or one so new that its resource is not served yet.
                    Vanish();
                }
                else
                {
                    LogWatchEnded(type.Plural, e.Reason, e.Message);
                }

                if (e.Reason != "Expired")
                {
                    await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    pause = TimeSpan.FromTicks(Math.Min(LastPause.Ticks, pause.Ticks * 2));
                }
            }
        }
    }

    private long Relist()
    {
        var list = api.List(type);
        var present = new HashSet<ObjectKey>();
        foreach (var item in list.Items)
        {
            var key = ObjectKey.Of(item);
            present.Add(key);
            var old = _items.GetValueOrDefault(key);
            if (old is not null && old.Uid() != item.Uid())
            {
                Publish(new(type, old, null));
                old = null;
            }

            _items[key] = item;
            if (old is null || old.Text("metadata", "resourceVersion") != item.Text("metadata", "resourceVersion"))
            {
                Publish(new(type, old, item));
            }
        }

        foreach (var (key, old) in _items)
        {
            if (!present.Contains(key) && _items.TryRemove(key, out _))
            {
                Publish(new(type, old, null));
            }
        }

        // A store that starts counting at 0 would make the watch replay everything: harmless, every listener is level triggered.
        return Math.Max(1, list.ResourceVersion);
    }

    private void Apply(ObjectEvent change)
    {
        var key = ObjectKey.Of(change.Object);
        var old = _items.GetValueOrDefault(key);
        if (change.Type == ObjectEventType.Deleted)
        {
            _items.TryRemove(key, out _);
            Publish(new(type, change.Object, null));
        }
        else
        {
            _items[key] = change.Object;
            Publish(new(type, old, change.Object));
        }
    }

    private void Vanish()
    {
        foreach (var (key, old) in _items)
        {
            if (_items.TryRemove(key, out _))
            {
                Publish(new(type, old, null));
            }
        }
    }

    private void Publish(ObjectChange change)
    {
        foreach (var listener in _listeners)
        {
            try
            {
                listener(change);
            }
            catch (Exception e)
            {
                // One listener's mistake must not blind the others, nor itself for ever.
                LogListenerFailed(e, type.Plural, change.Key);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A listener to {Resource} failed on {Key}")]
    private partial void LogListenerFailed(Exception exception, string resource, ObjectKey key);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Watch of {Resource} ended, listing again: {Reason} {Message}")]
    private partial void LogWatchEnded(string resource, string reason, string message);
}
