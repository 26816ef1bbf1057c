using System.IO.Pipelines;
using System.Net;
using System.Text;

namespace Benchmarks.Runtime;

/// <summary>Answers of an API server that are written down beforehand, without a network: what is measured is the client's side alone.</summary>
/// <param name="list">The body of every list.</param>
/// <param name="initialEvents">What a WatchList begins with, up to its end mark.</param>
internal sealed class CannedServer(byte[] list, byte[] initialEvents) : HttpMessageHandler
{
    private readonly Pipe _events = new();

    /// <summary>What the open watch is told from now on.</summary>
    public PipeWriter Events => _events.Writer;

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var query = request.RequestUri!.Query;
        HttpContent content = !query.Contains("watch=true", StringComparison.Ordinal) ? new ByteArrayContent(list)
            : query.Contains("sendInitialEvents", StringComparison.Ordinal) ? new StreamContent(new Concatenated(new MemoryStream(initialEvents), _events.Reader.AsStream()))
            : new StreamContent(_events.Reader.AsStream());
        return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK) { Content = content, RequestMessage = request });
    }

    public static byte[] Line(string type, string json) => Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":{json}}}\n");

    /// <summary>One stream after the other; the second one never ends.</summary>
    private sealed class Concatenated(Stream first, Stream second) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await first.ReadAsync(buffer, cancellationToken);
            return read > 0 ? read : await second.ReadAsync(buffer, cancellationToken);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
