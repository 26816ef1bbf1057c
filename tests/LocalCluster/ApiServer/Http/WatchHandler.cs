using LocalCluster.ApiServer.Faults;
using LocalCluster.ApiServer.Reading;
using LocalCluster.ApiServer.Storage;
using Microsoft.AspNetCore.Http;

namespace LocalCluster.ApiServer.Http;

/// <summary>Watches over HTTP: what exists, then every change, with bookmarks in between.</summary>
internal sealed class WatchHandler(Cluster cluster)
{
    // The real server picks something between 30 and 60 minutes for clients that do not say.
    private const long DefaultTimeoutSeconds = 1800;

    public async Task HandleAsync(RequestContext context, ObjectFilter filter, Fault? fault, CancellationToken stopping)
    {
        var query = WatchQuery.Read(context, cluster.Store.Version);
        var http = context.Http;
        var presenter = new ObjectPresenter(context.Resource, context.Accept, context.Query("includeObject"), cluster.Time);
        var stream = new WatchStream(http, presenter, fault);
        using var timeout = new CancellationTokenSource(
            TimeSpan.FromSeconds(context.Number("timeoutSeconds") is > 0 and var seconds ? seconds : DefaultTimeoutSeconds), cluster.Time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.Aborted, stopping);

        http.Response.ContentType = "application/json";
        Answers.NoCache(http);

        // Taken before the headers go out: who has seen them misses nothing.
        var existing = query.StartVersion is null ? cluster.Store.Read(context.Resource.Storage) : null;

        // Clients wait for the headers before they look at anything else, however long nothing happens.
        await http.Response.StartAsync(ended.Token);
        await http.Response.Body.FlushAsync(ended.Token);
        try
        {
            if (existing is not null)
            {
                await SendExistingAsync(existing, filter, stream, query, ended.Token);
            }

            await FollowAsync(context, filter, stream, query, existing?.Version ?? query.StartVersion!.Value, ended.Token);
        }
        catch (ApiException error)
        {
            // The answer is already 200: errors are the last event.
            await stream.SendErrorAsync(error, context.Aborted);
        }
        catch (OperationCanceledException) when (!context.Aborted.IsCancellationRequested)
        {
            // The time is up: a clean end of the stream.
        }
    }

    private static async Task SendExistingAsync(Snapshot snapshot, ObjectFilter filter, WatchStream stream, WatchQuery query, CancellationToken cancellationToken)
    {
        foreach (var existing in snapshot.In(filter.Namespace).Where(filter.Matches))
        {
            await stream.SendAsync("ADDED", existing, cancellationToken);
        }

        if (query.MarksInitialEnd)
        {
            await stream.SendBookmarkAsync(snapshot.Version, endsInitialEvents: true, cancellationToken);
        }

        await stream.FlushAsync(cancellationToken);
    }

    private async Task FollowAsync(
        RequestContext context, ObjectFilter filter, WatchStream stream, WatchQuery query, long version, CancellationToken cancellationToken)
    {
        var cursor = cluster.Store.Follow(context.Resource.Storage, version);
        while (true)
        {
            foreach (var change in cursor.Read())
            {
                if (filter.See(change) is { } type)
                {
                    await stream.SendAsync(Name(type), Shown(type, change), cancellationToken);
                }
            }

            await stream.FlushAsync(cancellationToken);
            if (!query.AllowsBookmarks)
            {
                await cursor.Changed.WaitAsync(cancellationToken);
            }
            else if (!await IsChangedWithinAsync(cursor.Changed, cancellationToken))
            {
                cursor.Read();
                await stream.SendBookmarkAsync(cursor.Version, endsInitialEvents: false, cancellationToken);
            }
        }
    }

    // An object that left the selection is reported as it was, but with the version of the change.
    private static StoredObject Shown(ObjectEventType type, StoreEvent change) =>
        type == ObjectEventType.Deleted && change.Type != ObjectEventType.Deleted
            ? new StoredObject(change.Previous!.Copy(), change.Version)
            : change.Object;

    private async Task<bool> IsChangedWithinAsync(Task changed, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = Task.Delay(cluster.Options.BookmarkInterval, cluster.Time, stop.Token);
        var first = await Task.WhenAny(changed, pause);
        await stop.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        return first == changed;
    }

    private static string Name(ObjectEventType type) => type switch
    {
        ObjectEventType.Added => "ADDED",
        ObjectEventType.Modified => "MODIFIED",
        _ => "DELETED",
    };
}
