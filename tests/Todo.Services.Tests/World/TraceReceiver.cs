using System.Collections.Concurrent;
using System.Net;
using LocalCluster.Dependencies;

namespace Todo.Services.Tests.World;

/// <summary>Takes traces in as a collector does: OTLP over HTTP, in protobuf.</summary>
internal sealed class TraceReceiver : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    private readonly Task _receiving;

    public TraceReceiver()
    {
        var address = Addresses.Next(4318);
        Endpoint = $"http://{address}";
        _listener.Prefixes.Add(Endpoint + "/");
        _listener.Start();
        _receiving = ReceiveAsync();
    }

    public string Endpoint { get; }

    public IReadOnlyCollection<ReceivedSpan> Spans => _spans;

    /// <summary>What a service has to know to send its traces here, soon.</summary>
    public Dictionary<string, string> Settings() => new()
    {
        ["OTEL_EXPORTER_OTLP_ENDPOINT"] = Endpoint,
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
    };

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _receiving;
    }

    private async Task ReceiveAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                foreach (var span in Read(body.ToArray()))
                {
                    _spans.Enqueue(span);
                }

                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    /// <summary>ExportTraceServiceRequest: resource_spans 1 → scope_spans 2 → spans 2 → trace_id 1, span_id 2, parent_span_id 4, name 5, kind 6.</summary>
    private static IEnumerable<ReceivedSpan> Read(byte[] request) =>
        from resource in Fields(request, 1)
        from scope in Fields(resource, 2)
        from span in Fields(scope, 2)
        let service = System.Text.Encoding.UTF8.GetString(resource) // holds service.name as text, among other things
        select new ReceivedSpan(Hex(span, 1), Hex(span, 2), Hex(span, 4), System.Text.Encoding.UTF8.GetString(Fields(span, 5).FirstOrDefault() ?? []), service);

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Fields(message, field).FirstOrDefault() ?? []);

    /// <summary>The length-delimited fields of a message with this number.</summary>
    private static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        var position = 0;
        while (position < message.Length)
        {
            var tag = Varint(message, ref position);
            switch (tag & 7)
            {
                case 0:
                    Varint(message, ref position);
                    break;
                case 1:
                    position += 8;
                    break;
                case 5:
                    position += 4;
                    break;
                default:
                    var length = (int)Varint(message, ref position);
                    if (tag >> 3 == (ulong)number)
                    {
                        found.Add(message[position..(position + length)]);
                    }

                    position += length;
                    break;
            }
        }

        return found;
    }

    private static ulong Varint(byte[] message, ref int position)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = message[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}

/// <param name="ParentId">Empty: the first of its trace.</param>
/// <param name="Resource">Text that contains the service's name.</param>
internal sealed record ReceivedSpan(string TraceId, string SpanId, string ParentId, string Name, string Resource);
