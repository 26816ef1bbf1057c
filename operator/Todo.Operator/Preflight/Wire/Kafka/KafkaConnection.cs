using System.Buffers.Binary;

namespace Todo.Operator.Preflight.Wire.Kafka;

/// <summary>
/// One connection to a Kafka broker. Source: the Kafka protocol guide (kafka.apache.org/protocol). Versions are those that every broker from 2.0 to 4.x speaks and
/// that have no tagged fields. Written by hand, because eight requests are no reason to carry a native client library into the operator.
/// </summary>
internal sealed class KafkaConnection : IAsyncDisposable
{
    private const string ClientId = "todo-operator";
    private const int LongestAnswer = 16 << 20;

    private readonly WireConnection _connection;
    private readonly SemaphoreSlim _one = new(1);
    private int _correlation;

    private KafkaConnection(WireConnection connection, WireEndpoint endpoint)
    {
        _connection = connection;
        Endpoint = endpoint;
    }

    /// <summary>Where it leads.</summary>
    public WireEndpoint Endpoint { get; }

    /// <summary>Connects, asks for the versions, and logs in.</summary>
    /// <exception cref="WireFailure">It did not come so far.</exception>
    public static async Task<KafkaConnection> OpenAsync(WireEndpoint endpoint, KafkaLogin login, CancellationToken cancellationToken)
    {
        var connection = new KafkaConnection(await WireConnection.OpenAsync(endpoint, cancellationToken), endpoint);
        try
        {
            if (login.Tls is { } tls)
            {
                await connection._connection.EncryptAsync(tls, cancellationToken);
            }

            await connection.CheckVersionsAsync(cancellationToken);
            await login.LogInAsync(connection, cancellationToken);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends a request and reads its answer; one at a time.</summary>
    /// <exception cref="WireFailure">No answer, or not one of Kafka.</exception>
    public async Task<KafkaAnswer> AskAsync(WireStage stage, KafkaApi api, KafkaRequest body, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            KafkaAnswer? answer = null;
            await _connection.TryAsync(stage, async token => answer = await ExchangeAsync(api, body, token), cancellationToken);
            return answer!;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _one.Dispose();
        await _connection.DisposeAsync();
    }

    private async Task<KafkaAnswer> ExchangeAsync(KafkaApi api, KafkaRequest body, CancellationToken cancellationToken)
    {
        var id = ++_correlation;
        var message = new KafkaRequest().Int16(api.Key).Int16(api.Version).Int32(id).String(ClientId).ToArray();
        var content = body.ToArray();
        var frame = new KafkaRequest().Int32(message.Length + content.Length).ToArray();
        await _connection.Stream.WriteAsync((byte[])[.. frame, .. message, .. content], cancellationToken);

        var head = new byte[sizeof(int)];
        await _connection.Stream.ReadExactlyAsync(head, cancellationToken);
        var length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length is < sizeof(int) or > LongestAnswer)
        {
            throw new InvalidDataException("this is not the protocol of Kafka");
        }

        var bytes = new byte[length];
        await _connection.Stream.ReadExactlyAsync(bytes, cancellationToken);
        var answer = new KafkaAnswer(bytes);
        return answer.Int32() == id ? answer : throw new InvalidDataException("an answer to another request");
    }

    private async Task CheckVersionsAsync(CancellationToken cancellationToken)
    {
        var answer = await AskAsync(WireStage.LogIn, KafkaApi.ApiVersions, new KafkaRequest(), cancellationToken);
        _ = answer.Error();
        var spoken = answer.Array(() => (Key: answer.Int16(), Lowest: answer.Int16(), Highest: answer.Int16())).ToDictionary(v => v.Key);
        var missing = KafkaApi.Asked.FirstOrDefault(a => !spoken.TryGetValue(a.Key, out var range) || a.Version < range.Lowest || a.Version > range.Highest);
        if (missing is not null)
        {
            throw new WireFailure(WireStage.LogIn, $"{Endpoint} does not speak {missing.Name} version {missing.Version}; Kafka 2.0 or newer is needed.");
        }
    }
}

/// <summary>One kind of request.</summary>
/// <param name="Name">Its name in the guide.</param>
/// <param name="Key">Its number.</param>
/// <param name="Version">The version that is spoken here.</param>
internal sealed record KafkaApi(string Name, short Key, short Version)
{
    public static KafkaApi ListOffsets { get; } = new("ListOffsets", 2, 1);

    public static KafkaApi Metadata { get; } = new("Metadata", 3, 4);

    public static KafkaApi OffsetFetch { get; } = new("OffsetFetch", 9, 2);

    public static KafkaApi FindCoordinator { get; } = new("FindCoordinator", 10, 1);

    public static KafkaApi DescribeGroups { get; } = new("DescribeGroups", 15, 1);

    public static KafkaApi SaslHandshake { get; } = new("SaslHandshake", 17, 1);

    public static KafkaApi ApiVersions { get; } = new("ApiVersions", 18, 0);

    public static KafkaApi SaslAuthenticate { get; } = new("SaslAuthenticate", 36, 0);

    /// <summary>Those without which nothing can be checked.</summary>
    public static IReadOnlyList<KafkaApi> Asked { get; } = [Metadata, FindCoordinator, OffsetFetch, ListOffsets];
}
