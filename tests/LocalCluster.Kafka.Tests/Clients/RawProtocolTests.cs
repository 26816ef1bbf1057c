using System.Buffers.Binary;
using System.Net.Sockets;
using LocalCluster.Kafka.Protocol;
using LocalCluster.Kafka.Tests.Support;

namespace LocalCluster.Kafka.Tests.Clients;

/// <summary>What no proper client sends.</summary>
public sealed class RawProtocolTests
{
    [ClientFact]
    public async Task A_client_that_is_too_new_is_told_the_versions_in_the_oldest_form()
    {
        await using var test = await TestBroker.StartAsync();
        using var client = await ConnectAsync(test);
        await SendAsync(client, Header(ApiKey.ApiVersions, version: 99, correlationId: 7));

        var answer = new ProtocolReader(await ReceiveAsync(client).InTimeAsync());

        Assert.Equal(7, answer.Int32());
        Assert.Equal(ErrorCode.UnsupportedVersion, (ErrorCode)answer.Int16());
        var versions = answer.Array(r => (Key: (ApiKey)r.Int16(), Min: r.Int16(), Max: r.Int16()));
        Assert.All(Enum.GetValues<ApiKey>(), key => Assert.Contains(versions, v => v.Key == key && v.Min <= v.Max));
    }

    [ClientTheory]
    [InlineData("7fffffff")]
    [InlineData("ffffffff")]
    [InlineData("00000002 0000")]
    [InlineData("0000000a 0003 0063 00000001 ffff")]
    [InlineData("0000000a 7000 0000 00000001 ffff")]
    [InlineData("0000000e 0003 0001 00000001 ffff 7fffffff")]
    [InlineData("00000012 0003 0009 00000001 ffff 00 ffffffff7f 01")]
    public async Task Nonsense_ends_its_connection_and_harms_nobody_else(string hex)
    {
        await using var test = await TestBroker.StartAsync();
        using var client = await ConnectAsync(test);
        await client.SendAsync(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        client.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await client.ReceiveAsync(new byte[100], TestContext.Current.CancellationToken).AsTask().InTimeAsync());
        using var other = Client.Admin(test.Address);
        Assert.Single(other.GetMetadata(TimeSpan.FromSeconds(20)).Brokers);
    }

    private static async Task<Socket> ConnectAsync(TestBroker test)
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(test.Broker.EndPoint);
        return client;
    }

    private static byte[] Header(ApiKey key, short version, int correlationId)
    {
        var header = new byte[10];
        BinaryPrimitives.WriteInt16BigEndian(header, (short)key);
        BinaryPrimitives.WriteInt16BigEndian(header.AsSpan(2), version);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), correlationId);
        BinaryPrimitives.WriteInt16BigEndian(header.AsSpan(8), -1);
        return header;
    }

    private static async Task SendAsync(Socket client, byte[] request)
    {
        var length = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, request.Length);
        await client.SendAsync((byte[])[.. length, .. request]);
    }

    private static async Task<byte[]> ReceiveAsync(Socket client)
    {
        using var stream = new NetworkStream(client);
        var length = new byte[4];
        await stream.ReadExactlyAsync(length);
        var answer = new byte[BinaryPrimitives.ReadInt32BigEndian(length)];
        await stream.ReadExactlyAsync(answer);
        return answer;
    }
}
