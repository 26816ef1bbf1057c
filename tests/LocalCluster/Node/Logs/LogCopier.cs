using System.Globalization;
using System.IO.Pipelines;
using System.Buffers;
using System.Text;
using LocalCluster.ApiServer;

namespace LocalCluster.Node.Logs;

/// <summary>Copies a container's log the way <c>kubectl logs</c> asks for it.</summary>
internal static class LogCopier
{
    public static async Task CopyAsync(ContainerLog log, PodLogRequest request, Stream output, TimeProvider time, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(log.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1, useAsync: false);
        if (request.TailLines is { } tail)
        {
            file.Position = LineFeeds.StartOfTail(file, tail);
        }

        var since = request.SinceSeconds is { } seconds ? time.GetUtcNow().AddSeconds(-seconds) : (DateTimeOffset?)null;
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(leaveOpen: true));
        while (true)
        {
            var (complete, changed) = log.State;
            await CopyAvailableAsync(reader, request.Timestamps, since, output, cancellationToken);
            if (!request.Follow || complete)
            {
                return;
            }

            await changed.WaitAsync(cancellationToken);

            // A pipe reader that has seen the end stays at the end: go on with a new one at the same place. Lines are written whole.
            reader = PipeReader.Create(file, new StreamPipeReaderOptions(leaveOpen: true));
        }
    }

    private static async Task CopyAvailableAsync(PipeReader reader, bool timestamps, DateTimeOffset? since, Stream output, CancellationToken cancellationToken)
    {
        ReadResult result;
        do
        {
            result = await reader.ReadAsync(cancellationToken);
            var rest = result.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                var next = rest.GetPosition(1, end);
                var line = rest.Slice(0, next);
                var text = line.PositionOf((byte)' ') is { } space ? line.Slice(line.GetPosition(1, space)) : line;
                if (since is null || TimeOf(line.Slice(0, text.Start)) >= since)
                {
                    foreach (var part in timestamps ? line : text)
                    {
                        await output.WriteAsync(part, cancellationToken);
                    }
                }

                rest = rest.Slice(next);
            }

            reader.AdvanceTo(rest.Start, rest.End);
        }
        while (!result.IsCompleted);
        await output.FlushAsync(cancellationToken);
    }

    private static DateTimeOffset? TimeOf(ReadOnlySequence<byte> stamp) =>
        DateTimeOffset.TryParse(Encoding.ASCII.GetString(stamp), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
