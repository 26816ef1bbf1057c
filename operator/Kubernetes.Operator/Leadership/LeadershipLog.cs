using Kubernetes.Client.Errors;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Operator.Leadership;

internal static partial class LeadershipLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Holder} waits to lead ({Namespace}/{Lease})")]
    public static partial void Waiting(ILogger logger, string holder, string @namespace, string lease);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Holder} leads ({Namespace}/{Lease})")]
    public static partial void Leading(ILogger logger, string holder, string @namespace, string lease);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Holder} no longer leads ({Namespace}/{Lease}): the Lease could not be renewed in time")]
    public static partial void Lost(ILogger logger, string holder, string @namespace, string lease);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Holder} has given the Lease back ({Namespace}/{Lease})")]
    public static partial void Released(ILogger logger, string holder, string @namespace, string lease);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Lease {Namespace}/{Lease} could not be given back: {Reason}")]
    public static partial void ReleaseFailed(ILogger logger, string @namespace, string lease, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The Lease {Namespace}/{Lease} could not be read or written ({Error}): {Reason}")]
    public static partial void AttemptFailed(ILogger logger, string @namespace, string lease, KubernetesError error, string reason);
}
