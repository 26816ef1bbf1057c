using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Http;

/// <summary>Where a watch starts.</summary>
/// <param name="StartVersion">After this version; null: with everything that exists.</param>
/// <param name="MarksInitialEnd">A bookmark tells when everything that existed has been sent (WatchList).</param>
internal sealed record WatchQuery(long? StartVersion, bool AllowsBookmarks, bool MarksInitialEnd)
{
    public static WatchQuery Read(RequestContext context, long current)
    {
        var bookmarks = context.Flag("allowWatchBookmarks");
        var version = Version(context);
        if (context.Query("sendInitialEvents") is { Length: > 0 })
        {
            return ReadWatchList(context, version, bookmarks);
        }

        if (context.Query("resourceVersionMatch") is { Length: > 0 })
        {
            throw Invalid("resourceVersionMatch", "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
        }

        return version > current
            ? throw ApiErrors.VersionTooLarge(version, current)
            : new WatchQuery(version == 0 ? null : version, bookmarks, MarksInitialEnd: false);
    }

    /// <summary>The query parameter; absent, empty and 0 are the same here.</summary>
    public static long Version(RequestContext context)
    {
        var text = context.Query("resourceVersion");
        if (string.IsNullOrEmpty(text))
        {
            return 0;
        }

        return long.TryParse(text, out var version) && version >= 0
            ? version
            : throw ApiErrors.BadRequest($"invalid resource version \"{text}\"");
    }

    private static WatchQuery ReadWatchList(RequestContext context, long version, bool bookmarks)
    {
        if (context.Query("resourceVersionMatch") != "NotOlderThan")
        {
            throw Invalid("resourceVersionMatch", "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
        }

        return context.Flag("sendInitialEvents")
            ? new WatchQuery(null, bookmarks, MarksInitialEnd: bookmarks)
            : new WatchQuery(version == 0 ? null : version, bookmarks, MarksInitialEnd: false);
    }

    private static ApiException Invalid(string field, string why)
    {
        var errors = new FieldErrors();
        errors.Forbidden(field, why);
        return ApiErrors.Invalid("ListOptions", "meta.k8s.io", "", errors);
    }
}
