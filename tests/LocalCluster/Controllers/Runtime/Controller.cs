using LocalCluster.ApiServer.Storage;
using LocalCluster.Controllers.Objects;
using Microsoft.Extensions.Logging;

namespace LocalCluster.Controllers.Runtime;

/// <summary>
/// A loop that looks at one key after the other and does what is missing. It reads from the store itself, which is in
/// the same process, so it never acts on a stale cache; watches only say which key to look at.
/// </summary>
internal abstract partial class Controller(string name, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>Name in logs and field managers.</summary>
    protected string Name => name;

    /// <summary>The clock.</summary>
    protected TimeProvider Time => time;

    /// <summary>Keys waiting.</summary>
    protected WorkQueue<ObjectKey> Queue { get; } = new(time);

    /// <summary>Says which changes concern which keys: calls <see cref="Informer.Listen"/>.</summary>
    public abstract void Connect(InformerSet informers);

    /// <summary>Brings one object nearer to what it asks for.</summary>
    /// <returns>When to look again although nothing changes, or null.</returns>
    protected abstract TimeSpan? Reconcile(ObjectKey key);

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            ObjectKey key;
            try
            {
                key = await Queue.TakeAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            Visit(key);
            Queue.Done(key);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Queue.Dispose();

    /// <summary>Queues the controller (of the given kind) of a changed object, before and after the change.</summary>
    protected void EnqueueController(ObjectChange change, string kind)
    {
        foreach (var value in (ReadOnlySpan<System.Text.Json.Nodes.JsonObject?>)[change.Old, change.New])
        {
            if (value?.Controller() is { } owner && owner.Text("kind") == kind)
            {
                Queue.Add(new ObjectKey(value.Namespace() ?? "", owner.Text("name") ?? ""));
            }
        }
    }

    private void Visit(ObjectKey key)
    {
        try
        {
            var again = Reconcile(key);
            Queue.Forget(key);
            if (again is { } delay)
            {
                Queue.AddAfter(key, delay);
            }
        }
        catch (ApiException e) when (e.Reason is "Conflict" or "AlreadyExists" or "NotFound" or "Forbidden")
        {
            // The world moved on between reading and writing (Forbidden: the namespace is being deleted): look again.
            Queue.Retry(key);
        }
        catch (Exception e)
        {
            LogFailed(e, name, key);
            Queue.Retry(key);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Controller} failed on {Key}; it is tried again")]
    private partial void LogFailed(Exception exception, string controller, ObjectKey key);
}
