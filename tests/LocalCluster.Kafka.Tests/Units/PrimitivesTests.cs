using FsCheck;
using FsCheck.Fluent;
using LocalCluster.Kafka.Log;
using LocalCluster.Kafka.Protocol;

namespace LocalCluster.Kafka.Tests.Units;

public sealed class PrimitivesTests
{
    private sealed record Sample(bool Flexible, short Short, int Int, long Long, string? Text, byte[] Bytes, int[] Numbers);

    [Fact]
    public void What_is_written_is_read_back_in_both_encodings() => Prop.ForAll(ArbMap.Default.ArbFor<(bool, short, int, long, string, byte[], int[])>(), t =>
    {
        var sample = new Sample(t.Item1, t.Item2, t.Item3, t.Item4, t.Item5?.Replace("\ud800", "", StringComparison.Ordinal), t.Item6 ?? [], t.Item7 ?? []);
        using var writer = new ProtocolWriter { Flexible = sample.Flexible };
        writer.Int16(sample.Short);
        writer.Int32(sample.Int);
        writer.Int64(sample.Long);
        writer.String(sample.Text);
        writer.Bytes(sample.Bytes);
        writer.Array(sample.Numbers, writer.Int32);
        writer.Tags();

        var reader = new ProtocolReader(writer.Frame()[4..].ToArray()) { Flexible = sample.Flexible };
        var same = reader.Int16() == sample.Short && reader.Int32() == sample.Int && reader.Int64() == sample.Long
            && reader.NullableString() == Utf8(sample.Text) && reader.Bytes().Span.SequenceEqual(sample.Bytes) && reader.Array(r => r.Int32()).SequenceEqual(sample.Numbers);
        reader.Tags();
        return same;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_either_read_or_refused_and_nothing_else() => Prop.ForAll(ArbMap.Default.ArbFor<(bool, byte[])>(), t =>
    {
        var reader = new ProtocolReader(t.Item2 ?? []) { Flexible = t.Item1 };
        try
        {
            _ = reader.NullableArray(r => (r.NullableString(), r.Bytes(), r.Int32()));
            reader.Tags();
        }
        catch (MalformedRequestException)
        {
            return true;
        }

        return true;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_checksum_is_CRC_32C() =>
        // The check value of the Castagnoli polynomial (RFC 3720, appendix B.4, and every catalogue of checksums).
        Assert.Equal(0xE3069283u, RecordBatch.Crc32C("123456789"u8));

    private static string? Utf8(string? text) => text is null ? null : System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
