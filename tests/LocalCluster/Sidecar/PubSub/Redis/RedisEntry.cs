using System.Text.Json;
using LocalCluster.Sidecar.Redis;

namespace LocalCluster.Sidecar.PubSub.Redis;

/// <summary>One stream entry on its way to a worker.</summary>
internal sealed record RedisEntry(RedisTopicFeed Feed, string Id, IReadOnlyList<RespValue> Fields)
{
    public string Topic => Feed.Topic;

    /// <summary>An entry without a <c>data</c> field becomes a message without bytes, which no reader can decode.</summary>
    public IncomingMessage ToMessage()
    {
        ReadOnlyMemory<byte> data = default;
        Dictionary<string, string> metadata = new(StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i + 1 < Fields.Count; i += 2)
        {
            switch (Fields[i].Text)
            {
                case "data":
                    data = Fields[i + 1].Bytes;
                    break;
                case "metadata":
                    metadata = ReadMetadata(Fields[i + 1].Bytes);
                    break;
            }
        }

        return new IncomingMessage(Topic, data, metadata);
    }

    private static Dictionary<string, string> ReadMetadata(byte[] json)
    {
        var metadata = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (var field in document.RootElement.EnumerateObject())
                {
                    metadata[field.Name] = field.Value.ToString();
                }
            }
        }
        catch (JsonException)
        {
            // Written by somebody else; the data may still be good.
        }

        return metadata;
    }
}
