using Microsoft.Extensions.Logging;

namespace Kubernetes.Operator.Hosting;

internal static partial class HostLog
{
    [LoggerMessage(Level = LogLevel.Critical,
        Message = "After {Timeout} still not listed: {Resources}. Is the resource definition installed, and may the operator list and watch it?")]
    public static partial void NotSynced(ILogger logger, TimeSpan timeout, string resources);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Reconciles still running after {Timeout} are abandoned")]
    public static partial void Abandoning(ILogger logger, TimeSpan timeout);

    [LoggerMessage(Level = LogLevel.Critical, Message = "A controller has broken down")]
    public static partial void Broken(ILogger logger, Exception error);
}
