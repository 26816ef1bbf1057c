using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Client.Serialization;

namespace Kubernetes.Client.Http;

/// <summary>Reads a watch line by line, without making strings of the lines.</summary>
internal sealed class WatchStream<TEntity> : IAsyncDisposable where TEntity : class, IKubernetesObject
{
    private readonly Stream _stream;
    private readonly KubernetesJson _json;
    private readonly TimeSpan _idleTimeout;
    private readonly PipeReader _lines;
    private readonly CancellationToken _cancellation;
    private readonly CancellationTokenSource _idle;
    private readonly CancellationTokenSource _either;

    public WatchStream(Stream stream, KubernetesJson json, TimeSpan? idleTimeout, TimeProvider time, CancellationToken cancellationToken)
    {
        (_stream, _json, _idleTimeout, _cancellation) = (stream, json, idleTimeout ?? Timeout.InfiniteTimeSpan, cancellationToken);
        _lines = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 16 * 1024));
        _idle = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_idle.Token, cancellationToken);
    }

    /// <summary>The next event, or null at the regular end.</summary>
    /// <exception cref="KubernetesException">Unreachable: the stream broke. Timeout: nothing came for too long. Other: a line is unreadable.</exception>
    public async ValueTask<WatchEvent<TEntity>?> ReadAsync()
    {
        try
        {
            while (true)
            {
                var result = await MoreAsync();
                var buffer = result.Buffer;
                if (buffer.PositionOf((byte)'\n') is { } end)
                {
                    var parsed = Parse(buffer.Slice(0, end));
                    _lines.AdvanceTo(buffer.GetPosition(1, end));
                    if (parsed is not null)
                    {
                        return parsed;
                    }

                    continue;
                }

                _lines.AdvanceTo(buffer.Start, buffer.End);
                if (result.IsCompleted)
                {
                    return buffer.IsEmpty ? null : throw new IOException("the stream ended within a line");
                }
            }
        }
        catch (Exception e) when (ErrorReader.Translate(e, (string?)null, _idle.IsCancellationRequested, _cancellation) is { } failure)
        {
            throw failure;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _lines.CompleteAsync();
        await _stream.DisposeAsync();
        _either.Dispose();
        _idle.Dispose();
    }

    /// <summary>Only the server's silence counts, not the time that the reader takes over an event.</summary>
    private async ValueTask<ReadResult> MoreAsync()
    {
        _idle.CancelAfter(_idleTimeout);
        var result = await _lines.ReadAsync(_either.Token);
        _idle.CancelAfter(Timeout.InfiniteTimeSpan);
        return result;
    }

    private WatchEvent<TEntity>? Parse(ReadOnlySequence<byte> line)
    {
        if (line.IsEmpty)
        {
            return null;
        }

        var reader = new Utf8JsonReader(line);
        WatchEventType? type = null;
        Utf8JsonReader deferred = default;
        var isDeferred = false;
        WatchEvent<TEntity>? parsed = null;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                type = TypeOf(ref reader);
            }
            else if (reader.ValueTextEquals("object"u8))
            {
                reader.Read();
                if (type is { } known)
                {
                    parsed = Read(known, ref reader);
                }
                else
                {
                    deferred = reader;
                    isDeferred = true;
                    reader.Skip();
                }
            }
            else
            {
                reader.Skip();
            }
        }

        // The API server writes the type first; JSON does not promise that.
        if (isDeferred && type is { } late)
        {
            parsed = Read(late, ref deferred);
        }

        return parsed ?? throw new JsonException("a watch line without type or object");
    }

    private WatchEvent<TEntity> Read(WatchEventType type, ref Utf8JsonReader reader)
    {
        if (type == WatchEventType.Error)
        {
            var status = JsonSerializer.Deserialize(ref reader, _json.TypeInfo<V1Status>()) ?? new V1Status { Status = "Failure" };
            return new WatchEvent<TEntity>(type, null, new KubernetesException(status));
        }

        return new WatchEvent<TEntity>(type, JsonSerializer.Deserialize(ref reader, _json.TypeInfo<TEntity>()) ?? throw new JsonException("null object"));
    }

    private static WatchEventType TypeOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("ADDED"u8) ? WatchEventType.Added
        : reader.ValueTextEquals("MODIFIED"u8) ? WatchEventType.Modified
        : reader.ValueTextEquals("DELETED"u8) ? WatchEventType.Deleted
        : reader.ValueTextEquals("BOOKMARK"u8) ? WatchEventType.Bookmark
        : reader.ValueTextEquals("ERROR"u8) ? WatchEventType.Error
        : throw new JsonException($"unknown watch event {reader.GetString()}");
}
