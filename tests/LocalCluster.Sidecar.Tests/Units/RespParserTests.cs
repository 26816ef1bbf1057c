using System.Buffers;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using LocalCluster.Sidecar.Redis;

namespace LocalCluster.Sidecar.Tests.Units;

public sealed class RespParserTests
{
    /// <summary>Law: whatever is written is read back, and no prefix of it is taken for the whole.</summary>
    [Fact]
    public void What_is_written_is_read_and_a_part_of_it_is_not()
    {
        var texts = ArbMap.Default.GeneratorFor<string?>();
        Prop.ForAll(Gen.ListOf(texts).ToArbitrary(), words =>
        {
            var wire = Encoding.UTF8.GetBytes($"*{words.Count}\r\n" + string.Concat(words.Select(Bulk)));
            var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(wire));
            var whole = RespParser.TryRead(ref reader, out var value)
                && reader.End
                && value.Items.Select(item => item.Kind == RespKind.Null ? null : item.Text).SequenceEqual(words.Select(Utf8));
            return whole && Enumerable.Range(0, wire.Length).All(length =>
            {
                var part = new SequenceReader<byte>(new ReadOnlySequence<byte>(wire, 0, length));
                return !RespParser.TryRead(ref part, out _);
            });
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(":42\r\n", RespKind.Integer)]
    [InlineData("-ERR no\r\n", RespKind.Error)]
    [InlineData("!6\r\nERR no\r\n", RespKind.Error)]
    [InlineData("_\r\n", RespKind.Null)]
    [InlineData("$-1\r\n", RespKind.Null)]
    [InlineData("*-1\r\n", RespKind.Null)]
    [InlineData("#t\r\n", RespKind.Integer)]
    [InlineData(",1.5\r\n", RespKind.Text)]
    [InlineData("=7\r\ntxt:abc\r\n", RespKind.Text)]
    [InlineData("%1\r\n+k\r\n:1\r\n", RespKind.Array)]
    [InlineData("|1\r\n+a\r\n+b\r\n:1\r\n", RespKind.Integer)]
    internal void Every_kind_of_reply(string wire, RespKind kind)
    {
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(wire)));
        Assert.True(RespParser.TryRead(ref reader, out var value));
        Assert.True(reader.End);
        Assert.Equal(kind, value.Kind);
    }

    private static string Bulk(string? word) =>
        word is null ? "$-1\r\n" : string.Create(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");

    private static string? Utf8(string? word) => word is null ? null : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(word));
}
