using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;

namespace LocalCluster.Node.Logs;

/// <summary>
/// The log of one run of a container: a file with one line per line of output, each with the time it came
/// (<c>2026-11-21T18:00:00.0000000Z text</c>). Readers are woken by writes.
/// </summary>
internal sealed class ContainerLog : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly FileStream _file;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _complete;

    public ContainerLog(string path, TimeProvider time)
    {
        _time = time;
        Path = path;
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Whether no more will come, and a task that completes with the next change. Take it before reading the file.</summary>
    public (bool Complete, Task Changed) State
    {
        get
        {
            lock (_lock)
            {
                return (_complete, _changed.Task);
            }
        }
    }

    /// <summary>Copies a process's output line by line until it ends.</summary>
    public async Task FollowAsync(Stream output)
    {
        var reader = PipeReader.Create(output);
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync();
                var rest = result.Buffer;
                var lines = new ArrayBufferWriter<byte>();
                while (rest.PositionOf((byte)'\n') is { } end)
                {
                    AppendLine(lines, rest.Slice(0, end));
                    rest = rest.Slice(rest.GetPosition(1, end));
                }

                if (result.IsCompleted && !rest.IsEmpty)
                {
                    AppendLine(lines, rest);
                    rest = rest.Slice(rest.End);
                }

                Write(lines.WrittenSpan);
                reader.AdvanceTo(rest.Start, rest.End);
                if (result.IsCompleted)
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The pipe is gone with its process.
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    /// <summary>Adds a line of the node's own.</summary>
    public void Write(string line)
    {
        var lines = new ArrayBufferWriter<byte>();
        AppendLine(lines, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(line)));
        Write(lines.WrittenSpan);
    }

    /// <summary>Says that nothing more will come.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_complete)
            {
                return;
            }

            _complete = true;
            _changed.SetResult();
        }

        await _file.DisposeAsync();
    }

    private void AppendLine(ArrayBufferWriter<byte> to, ReadOnlySequence<byte> line)
    {
        var stamp = _time.GetUtcNow().UtcDateTime;
        stamp.TryFormat(to.GetSpan(32), out var length, "O", CultureInfo.InvariantCulture);
        to.Advance(length);
        to.Write(" "u8);
        foreach (var part in line)
        {
            to.Write(part.Span);
        }

        to.Write("\n"u8);
    }

    private void Write(ReadOnlySpan<byte> lines)
    {
        if (lines.IsEmpty)
        {
            return;
        }

        lock (_lock)
        {
            if (_complete)
            {
                return;
            }

            _file.Write(lines);
            var changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            changed.SetResult();
        }
    }
}
