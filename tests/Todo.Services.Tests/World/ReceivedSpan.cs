using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Todo.Services.Tests.World;

/// <param name="ParentId">Empty: the first of its trace.</param>
/// <param name="Resource">Text that contains the service's name.</param>
internal sealed record ReceivedSpan(string TraceId, string SpanId, string ParentId, string Name, string Resource)
{
    /// <summary>Attributes as text.</summary>
    public required IReadOnlyDictionary<string, string> Attributes { get; init; }

    public required DateTimeOffset Start { get; init; }

    public required DateTimeOffset End { get; init; }

    /// <summary>0 unset, 1 ok, 2 error.</summary>
    public required int Status { get; init; }

    public required string StatusMessage { get; init; }

    /// <summary>Names of its events.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    public string? this[string attribute] => Attributes.GetValueOrDefault(attribute);

    /// <summary>
    /// ExportTraceServiceRequest: resource_spans 1 → scope_spans 2 → spans 2 → trace_id 1, span_id 2, parent_span_id 4, name 5, start 7, end 8, attributes 9, events 11 (name 2),
    /// status 15 (message 2, code 3).
    /// </summary>
    public static IEnumerable<ReceivedSpan> Read(byte[] request) =>
        from resource in Fields(request, 1)
        from scope in Fields(resource, 2)
        from span in Fields(scope, 2)
        let service = Encoding.UTF8.GetString(resource) // holds service.name as text, among other things
        let status = Fields(span, 15).FirstOrDefault() ?? []
        select new ReceivedSpan(Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5), service)
        {
            Start = Time(span, 7),
            End = Time(span, 8),
            Attributes = Fields(span, 9).ToDictionary(a => Text(a, 1), a => Value(Fields(a, 2)[0])),
            Events = [.. Fields(span, 11).Select(e => Text(e, 2))],
            Status = Fields(status, 3) is [var code] ? code[0] : 0,
            StatusMessage = Text(status, 2),
        };

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Fields(message, field).FirstOrDefault() ?? []);

    private static string Text(byte[] message, int field) => Encoding.UTF8.GetString(Fields(message, field).FirstOrDefault() ?? []);

    private static DateTimeOffset Time(byte[] message, int field) =>
        DateTimeOffset.UnixEpoch.AddTicks((long)(BinaryPrimitives.ReadUInt64LittleEndian(Fields(message, field)[0]) / 100));

    /// <summary>AnyValue: string_value 1, bool_value 2, int_value 3; other kinds are not looked into.</summary>
    private static string Value(byte[] value)
    {
        if (Fields(value, 1) is [var text])
        {
            return Encoding.UTF8.GetString(text);
        }

        var position = 0;
        return Fields(value, 2) is [var truth] ? truth[0] == 1 ? "true" : "false"
            : Fields(value, 3) is [var number] ? ((long)Varint(number, ref position)).ToString(CultureInfo.InvariantCulture)
            : "?";
    }

    /// <summary>The bytes of the fields of a message with this number, whatever their wire type.</summary>
    private static List<byte[]> Fields(byte[] message, int number)
    {
        var found = new List<byte[]>();
        var position = 0;
        while (position < message.Length)
        {
            var tag = Varint(message, ref position);
            var start = position;
            var length = (tag & 7) switch { 1 => 8, 5 => 4, 0 => 0, _ => (int)Varint(message, ref position) };
            if ((tag & 7) == 0)
            {
                Varint(message, ref position);
                length = position - start;
                position = start;
            }

            if (tag >> 3 == (ulong)number)
            {
                found.Add(message[position..(position + length)]);
            }

            position += length;
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
