namespace LocalCluster.Kafka.Protocol;

/// <summary>One request: its header, and a reader that stands at the first field of its body.</summary>
internal sealed class Request
{
    public required ApiKey Key { get; init; }

    public required short Version { get; init; }

    public required int CorrelationId { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Address of the client, as DescribeGroups shows it.</summary>
    public required string ClientHost { get; init; }

    public required ProtocolReader Body { get; init; }

    /// <summary>Set by a handler whose request wants no answer (Produce with acks=0).</summary>
    public bool Unanswered { get; set; }

    /// <summary>Reads the header (version 1, or 2 for flexible requests; the two differ by the tagged fields at the end).</summary>
    public static Request Read(Memory<byte> frame, string clientHost, Func<ApiKey, short, bool> isFlexible)
    {
        var reader = new ProtocolReader(frame);
        var key = (ApiKey)reader.Int16();
        var version = reader.Int16();
        var correlationId = reader.Int32();
        var clientId = reader.HeaderString() ?? "";
        reader.Flexible = isFlexible(key, version);
        reader.Tags();
        return new Request { Key = key, Version = version, CorrelationId = correlationId, ClientId = clientId, ClientHost = clientHost, Body = reader };
    }
}
