using LocalCluster.Kafka.Groups;
using LocalCluster.Kafka.Log;
using LocalCluster.Kafka.Protocol;

namespace LocalCluster.Kafka.Apis;

/// <summary>Topics made, removed and described by an administrator.</summary>
internal sealed class TopicsApi(TopicStore topics, GroupCoordinator groups)
{
    private const sbyte TopicResource = 2;
    private const sbyte SourceTopic = 1;
    private const sbyte SourceDefault = 5;

    public IEnumerable<ApiRoute> Routes =>
    [
        new(ApiKey.CreateTopics, 0, 4, 5, CreateTopics),
        new(ApiKey.DeleteTopics, 0, 3, 4, DeleteTopics),
        new(ApiKey.DescribeConfigs, 0, 2, 4, DescribeConfigs),
    ];

    private void CreateTopics(Request request, ProtocolWriter response)
    {
        var body = request.Body;
        var wanted = body.Array(b =>
        {
            var name = b.String();
            var partitions = b.Int32();
            _ = b.Int16();
            var assignments = b.Array(a => (a.Int32(), a.Array(r => r.Int32())));
            var settings = b.Array(s => KeyValuePair.Create(s.String(), s.NullableString()));
            return (Name: name, Partitions: assignments.Length > 0 ? assignments.Length : partitions, Settings: settings.Where(s => s.Value is not null));
        });
        _ = body.Int32();
        var validateOnly = request.Version >= 1 && body.Boolean();

        if (request.Version >= 2)
        {
            response.NoThrottle();
        }

        response.Array(wanted, topic =>
        {
            response.String(topic.Name);
            response.Error(topics.Create(topic.Name, topic.Partitions, topic.Settings!, validateOnly));
            if (request.Version >= 1)
            {
                response.String(null);
            }
        });
    }

    private void DeleteTopics(Request request, ProtocolWriter response)
    {
        var names = request.Body.Array(b => b.String());
        if (request.Version >= 1)
        {
            response.NoThrottle();
        }

        response.Array(names, name =>
        {
            var error = topics.Delete(name);
            if (error == ErrorCode.None)
            {
                groups.ForgetTopic(name);
            }

            response.String(name);
            response.Error(error);
        });
    }

    private void DescribeConfigs(Request request, ProtocolWriter response)
    {
        var resources = request.Body.Array(b => (Type: b.Int8(), Name: b.String(), Keys: b.NullableArray(k => k.String())));

        response.NoThrottle();
        response.Array(resources, resource =>
        {
            var topic = resource.Type == TopicResource ? topics.Find(resource.Name) : null;
            var missing = resource.Type == TopicResource && topic is null;
            response.Error(missing ? ErrorCode.UnknownTopicOrPartition : ErrorCode.None);
            response.String(null);
            response.Int8(resource.Type);
            response.String(resource.Name);

            // Brokers have nothing to show: this one is configured by its command line.
            var settings = topic?.Config.All.Where(s => resource.Keys is null || resource.Keys.Contains(s.Name)).ToList() ?? [];
            response.Array(settings, s => WriteSetting(request.Version, response, s));
        });
    }

    private static void WriteSetting(short version, ProtocolWriter response, (string Name, string Value, bool IsDefault) setting)
    {
        response.String(setting.Name);
        response.String(setting.Value);
        response.Boolean(false);
        if (version == 0)
        {
            response.Boolean(setting.IsDefault);
        }
        else
        {
            response.Int8(setting.IsDefault ? SourceDefault : SourceTopic);
        }

        response.Boolean(false);
        if (version >= 1)
        {
            response.Length(0);
        }

    }
}
