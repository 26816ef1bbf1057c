using System.Text;

namespace LocalCluster.ApiServer.Tests.Support;

/// <summary>Logs of pods that never ran.</summary>
public sealed class FakePodLogs : IPodLogs
{
    public Dictionary<string, string[]> Lines { get; } = [];

    public PodLogRequest? Last { get; private set; }

    public async Task<bool> CopyAsync(PodLogRequest request, Stream output, CancellationToken cancellationToken)
    {
        Last = request;
        if (!Lines.TryGetValue($"{request.Pod}/{request.Container}", out var lines))
        {
            return false;
        }

        foreach (var line in request.TailLines is { } tail ? lines.TakeLast(tail) : lines)
        {
            await output.WriteAsync(Encoding.UTF8.GetBytes(line + "\n"), cancellationToken);
            await output.FlushAsync(cancellationToken);
        }

        return true;
    }
}
