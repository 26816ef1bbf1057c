using System.Globalization;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Storage;

/// <summary>One version of one object. Immutable: readers share it, writers make a new one.</summary>
internal sealed class StoredObject
{
    public StoredObject(JsonObject value, long version)
    {
        value.Ensure("metadata")["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture);
        Utf8 = JsonText.ToUtf8(value);
        Value = JsonText.ParseObject(Utf8);
        Version = version;
        Key = ObjectKey.Of(Value);
    }

    public ObjectKey Key { get; }

    public long Version { get; }

    /// <summary>The object as it goes over the wire.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>The object for reading. Never change it: take a <see cref="Copy"/>.</summary>
    public JsonObject Value { get; }

    public JsonObject Copy() => JsonText.ParseObject(Utf8);
}

/// <summary>One change: what the object is now and what it was before (null: it was not there).</summary>
internal sealed record StoreEvent(long Version, ObjectEventType Type, StoredObject Object, StoredObject? Previous);
