using Kubernetes.Client.Errors;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Operator.Events;

internal static partial class EventLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Event {Reason} on {Kind} {Name} could not be sent ({Error}): {Message}")]
    public static partial void Failed(ILogger logger, string reason, string? kind, string? name, KubernetesError error, string message);
}
