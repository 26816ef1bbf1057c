using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;

namespace Todo.Operator.Tests.Simulation.ControlPlane;

/// <summary>One open watch: what has arrived and was not read yet. Used on one thread.</summary>
internal sealed class WatchChannel
{
    private readonly Queue<Change> _arrived = new();
    private TaskCompletionSource _news = new();

    public bool IsClosed { get; private set; }

    /// <summary>With what the stream ended; null: as agreed.</summary>
    public KubernetesException? Error { get; private set; }

    /// <summary>Nothing may overtake: what is sent later arrives later.</summary>
    public DateTimeOffset LastDue { get; set; }

    public void Arrive(Change change)
    {
        _arrived.Enqueue(change);
        Tell();
    }

    /// <summary>Ends the stream after what has arrived.</summary>
    public void Close(KubernetesException? error = null)
    {
        (IsClosed, Error) = (true, error);
        Tell();
    }

    public bool TryRead(out Change change) => _arrived.TryDequeue(out change!);

    public Task WaitAsync(CancellationToken cancellationToken) => _news.Task.WaitAsync(cancellationToken);

    public static KubernetesException Expired() => Refusals.Make(410, "Expired", "too old resource version");

    private void Tell()
    {
        var news = _news;
        _news = new TaskCompletionSource();
        news.SetResult();
    }
}
