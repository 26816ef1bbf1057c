using Kubernetes.Client.Errors;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Operator.Informers;

internal static partial class InformerLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Resource}: {Count} objects at version {Version}")]
    public static partial void Synced(ILogger logger, string resource, int count, string? version);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Resource}: watch failed ({Error}: {Reason}), again in {Seconds:0.0} s")]
    public static partial void WatchFailed(ILogger logger, string resource, KubernetesError error, string reason, double seconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Resource}: a change could not be handled; everything is listed anew")]
    public static partial void Broken(ILogger logger, string resource, Exception error);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Resource}: the first state does not come as a stream, listing by pages")]
    public static partial void WatchListRefused(ILogger logger, string resource);

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "{Resource}: the storage went back from version {Known} to {Listed} (restored from a backup?); what is listed counts")]
    public static partial void StorageRestored(ILogger logger, string resource, ulong known, ulong listed);
}
