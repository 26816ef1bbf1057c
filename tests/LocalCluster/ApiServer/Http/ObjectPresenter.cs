using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tables;

namespace LocalCluster.ApiServer.Http;

/// <summary>Shows objects, lists and watch events in the form that the client accepts.</summary>
internal sealed class ObjectPresenter(ResourceInfo resource, MediaType accept, string? includeObject, TimeProvider time)
{
    private bool _isColumnsSent;

    /// <summary>One object.</summary>
    public byte[] Show(JsonObject value)
    {
        if (accept.IsTable)
        {
            return JsonText.ToUtf8(Table([value], value.TextAt("metadata", "resourceVersion") ?? "", more: null));
        }

        return JsonText.ToUtf8(accept.IsPartial ? Partial(value) : value);
    }

    public ReadOnlyMemory<byte> Show(StoredObject value) =>
        accept.Shape is null && resource.View.IsStored(value.Value) ? value.Utf8 : Show(Viewed(value));

    /// <summary>A page of a list.</summary>
    public ReadOnlyMemory<byte> ShowList(IReadOnlyList<StoredObject> items, long version, (string Token, long Remaining)? more)
    {
        var versionText = version.ToString(CultureInfo.InvariantCulture);
        if (accept.IsTable)
        {
            return JsonText.ToUtf8(Table([.. items.Select(Viewed)], versionText, more));
        }

        var (apiVersion, kind) = accept.IsPartial
            ? ($"meta.k8s.io/{accept.MetaVersion}", "PartialObjectMetadataList")
            : (resource.Type.ApiVersion, resource.Type.Kind + "List");
        var output = new ArrayBufferWriter<byte>(256 + items.Sum(i => i.Utf8.Length + 1));
        output.Write(Encoding.UTF8.GetBytes($"{{\"kind\":\"{kind}\",\"apiVersion\":\"{apiVersion}\",\"metadata\":"));
        output.Write(JsonText.ToUtf8(ListMetadata(versionText, more)));
        output.Write(",\"items\":["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                output.Write(","u8);
            }

            output.Write(Show(items[i]).Span);
        }

        output.Write("]}"u8);
        return output.WrittenMemory;
    }

    /// <summary>One line of a watch.</summary>
    public static byte[] ShowEvent(string type, ReadOnlySpan<byte> value)
    {
        var output = new ArrayBufferWriter<byte>(value.Length + 40);
        output.Write(Encoding.UTF8.GetBytes($"{{\"type\":\"{type}\",\"object\":"));
        output.Write(value);
        output.Write("}\n"u8);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Only the version moved on.</summary>
    public byte[] ShowBookmark(long version, bool endsInitialEvents)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture), ["creationTimestamp"] = null };
        if (endsInitialEvents)
        {
            metadata["annotations"] = new JsonObject { ["k8s.io/initial-events-end"] = "true" };
        }

        var bookmark = new JsonObject { ["kind"] = resource.Type.Kind, ["apiVersion"] = resource.Type.ApiVersion, ["metadata"] = metadata };
        return ShowEvent("BOOKMARK", Show(bookmark));
    }

    private JsonObject Viewed(StoredObject value) => resource.View.IsStored(value.Value) ? value.Value : resource.View.FromStored(value.Copy());

    private JsonObject Partial(JsonObject value)
    {
        var partial = new JsonObject { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = $"meta.k8s.io/{accept.MetaVersion}" };
        partial.SetCopy("metadata", value["metadata"]);
        return partial;
    }

    private JsonObject Table(IReadOnlyList<JsonObject> items, string version, (string Token, long Remaining)? more)
    {
        // In a watch the columns are sent once.
        var table = TableRenderer.Render(resource, items, includeObject, !_isColumnsSent, accept.MetaVersion, time.GetUtcNow());
        table["metadata"] = ListMetadata(version, more);
        _isColumnsSent = true;
        return table;
    }

    private static JsonObject ListMetadata(string version, (string Token, long Remaining)? more)
    {
        var metadata = new JsonObject { ["resourceVersion"] = version };
        if (more is { } next)
        {
            metadata["continue"] = next.Token;
            metadata["remainingItemCount"] = next.Remaining;
        }

        return metadata;
    }
}
