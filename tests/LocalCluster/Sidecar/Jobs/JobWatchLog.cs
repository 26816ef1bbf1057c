namespace LocalCluster.Sidecar.Jobs;

internal static partial class JobWatchLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Connected and received scheduler hosts addresses: [{Address}]")]
    public static partial void Connected(ILogger log, string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Scheduler stream to {Address} disconnected")]
    public static partial void Disconnected(ILogger log, string address);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Name}: the app has no route for it (404); the firing counts as done")]
    public static partial void NoRoute(ILogger log, string name);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Name}: the app did not take it: {Reason}")]
    public static partial void NotTaken(ILogger log, string name, string reason);
}
