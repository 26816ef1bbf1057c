using System.Globalization;
using System.Text;
using Kubernetes.Client.Requests;

namespace Kubernetes.Client.Http;

/// <summary>Builds the query part of a request.</summary>
internal sealed class QueryString
{
    private readonly StringBuilder _text = new();

    public static string Of(ListOptions options) => new QueryString()
        .Add("labelSelector", options.LabelSelector)
        .Add("fieldSelector", options.FieldSelector)
        .Add("limit", options.Limit?.ToString(CultureInfo.InvariantCulture))
        .Add("continue", options.Continue)
        .Add("resourceVersion", options.ResourceVersion)
        .ToString();

    public static string Of(WatchOptions options) => new QueryString()
        .Add("watch", "true")
        .Add("allowWatchBookmarks", "true")
        .Add("labelSelector", options.LabelSelector)
        .Add("fieldSelector", options.FieldSelector)
        .Add("resourceVersion", options.ResourceVersion)
        .Add("timeoutSeconds", options.Timeout is { } timeout ? ((long)timeout.TotalSeconds).ToString(CultureInfo.InvariantCulture) : null)
        .Add("sendInitialEvents", options.SendInitialEvents ? "true" : null)
        .Add("resourceVersionMatch", options.SendInitialEvents ? "NotOlderThan" : null)
        .ToString();

    public static string Of(LogOptions options) => new QueryString()
        .Add("container", options.Container)
        .Add("follow", options.Follow ? "true" : null)
        .Add("previous", options.Previous ? "true" : null)
        .Add("tailLines", options.TailLines?.ToString(CultureInfo.InvariantCulture))
        .Add("sinceSeconds", options.Since is { } since ? ((long)Math.Ceiling(since.TotalSeconds)).ToString(CultureInfo.InvariantCulture) : null)
        .Add("timestamps", options.Timestamps ? "true" : null)
        .ToString();

    public static string Of(ApplyOptions options) => new QueryString()
        .Add("fieldManager", options.FieldManager)
        .Add("force", options.Force ? "true" : "false")
        .Add("fieldValidation", "Strict")
        .Add("dryRun", options.DryRun ? "All" : null)
        .ToString();

    public static string Of(WriteOptions? options, string defaultManager) => new QueryString()
        .Add("fieldManager", options?.FieldManager ?? defaultManager)
        .Add("dryRun", options?.DryRun == true ? "All" : null)
        .ToString();

    public override string ToString() => _text.ToString();

    private QueryString Add(string name, string? value)
    {
        if (value is not null)
        {
            _text.Append(_text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return this;
    }
}
