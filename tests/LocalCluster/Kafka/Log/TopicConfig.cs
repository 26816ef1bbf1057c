namespace LocalCluster.Kafka.Log;

/// <summary>Settings of a topic, by Kafka's names. Settings that this broker has no use for are kept and shown, without effect.</summary>
internal sealed class TopicConfig
{
    private static readonly Dictionary<string, string> Defaults = new(StringComparer.Ordinal)
    {
        ["retention.ms"] = "604800000",
        ["retention.bytes"] = "-1",
        ["segment.bytes"] = "16777216",
        ["max.message.bytes"] = "1048588",
        ["cleanup.policy"] = "delete",
    };

    private readonly Dictionary<string, string> _own;

    private TopicConfig(Dictionary<string, string> own) => _own = own;

    /// <summary>How long records are kept, in milliseconds; negative: without limit.</summary>
    public long RetentionMs => long.Parse(this["retention.ms"]);

    /// <summary>How many bytes of a partition are kept; negative: without limit.</summary>
    public long RetentionBytes => long.Parse(this["retention.bytes"]);

    /// <summary>Size at which a new file is begun, in bytes. Retention removes whole files.</summary>
    public int SegmentBytes => int.Parse(this["segment.bytes"]);

    /// <summary>Largest batch, in bytes.</summary>
    public int MaxMessageBytes => int.Parse(this["max.message.bytes"]);

    /// <summary>What was set for this topic.</summary>
    public IReadOnlyDictionary<string, string> Own => _own;

    /// <summary>All settings, and whether each is the default.</summary>
    public IEnumerable<(string Name, string Value, bool IsDefault)> All =>
        Defaults.Keys.Union(_own.Keys).Order(StringComparer.Ordinal).Select(name => (name, this[name], !_own.ContainsKey(name)));

    private string this[string name] => _own.TryGetValue(name, out var value) ? value : Defaults[name];

    /// <summary>Null when a number is not one.</summary>
    public static TopicConfig? From(IEnumerable<KeyValuePair<string, string>> settings)
    {
        var config = new TopicConfig(new Dictionary<string, string>(settings, StringComparer.Ordinal));
        var valid = long.TryParse(config["retention.ms"], out _) && long.TryParse(config["retention.bytes"], out _)
            && int.TryParse(config["segment.bytes"], out var segment) && segment > 0
            && int.TryParse(config["max.message.bytes"], out var message) && message > 0;
        return valid ? config : null;
    }
}
