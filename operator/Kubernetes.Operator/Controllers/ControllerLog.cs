using Microsoft.Extensions.Logging;

namespace Kubernetes.Operator.Controllers;

internal static partial class ControllerLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Controller} {Key}: failed, again in {Seconds:0.###} s: {Reason}")]
    public static partial void Failed(ILogger logger, string controller, ObjectKey key, double seconds, string? reason, Exception? error);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Controller} {Key}: failed, not tried again before it changes: {Reason}")]
    public static partial void FailedForGood(ILogger logger, string controller, ObjectKey key, string? reason, Exception? error);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Controller} {Key}: reconcile abandoned at shutdown")]
    public static partial void Abandoned(ILogger logger, string controller, ObjectKey key);
}
