namespace LocalCluster.Sidecar.Runtime;

internal static partial class SubscriptionLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "subscribed to topic {Topic} on pubsub {PubSub}")]
    public static partial void Opened(ILogger log, string topic, string pubSub);

    [LoggerMessage(Level = LogLevel.Information, Message = "Subscription updated: topic {Topic} on pubsub {PubSub}")]
    public static partial void Updated(ILogger log, string topic, string pubSub);

    [LoggerMessage(Level = LogLevel.Information, Message = "unsubscribed from topic {Topic} on pubsub {PubSub}")]
    public static partial void Closed(ILogger log, string topic, string pubSub);

    [LoggerMessage(Level = LogLevel.Error, Message = "failed to subscribe to topic {Topic} on pubsub {PubSub}: {Reason}")]
    public static partial void Failed(ILogger log, string topic, string pubSub, string reason);
}

internal static partial class RuntimeLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "starting sidecar (LocalCluster) as daprd {Version} for app {AppId}, {Resources} components")]
    public static partial void Starting(ILogger log, string version, string appId, int resources);

    [LoggerMessage(Level = LogLevel.Information, Message = "dapr initialized. Status: Running. Init Elapsed {Milliseconds}ms")]
    public static partial void Running(ILogger log, long milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "application protocol: http. waiting on port {Port}.  This will block until the app is listening on that port.")]
    public static partial void WaitingForApp(ILogger log, int port);

    [LoggerMessage(Level = LogLevel.Information, Message = "application discovered on port {Port}")]
    public static partial void AppDiscovered(ILogger log, int port);

    [LoggerMessage(Level = LogLevel.Information, Message = "App entered healthy status")]
    public static partial void AppHealthy(ILogger log);

    [LoggerMessage(Level = LogLevel.Warning, Message = "App entered un-healthy status")]
    public static partial void AppUnhealthy(ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "app did not answer /dapr/subscribe: {Reason}")]
    public static partial void SubscribeCallFailed(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Resiliency or Configuration changed: restarting the runtime")]
    public static partial void Restarting(ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "Secret {Secret} of component {Component} not found: no component change is applied")]
    public static partial void SecretMissing(ILogger log, string secret, string component);

    [LoggerMessage(Level = LogLevel.Information, Message = "Blocking graceful shutdown for {Duration} or until app reports unhealthy")]
    public static partial void Blocking(ILogger log, TimeSpan duration);

    [LoggerMessage(Level = LogLevel.Information, Message = "subscriptions have ended; the API stays open")]
    public static partial void Drained(ILogger log);

    [LoggerMessage(Level = LogLevel.Information, Message = "dapr shutting down")]
    public static partial void ShuttingDown(ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "Graceful shutdown timeout exceeded, forcing shutdown")]
    public static partial void Forced(ILogger log);

    [LoggerMessage(Level = LogLevel.Critical, Message = "Fatal error from runtime: {Reason}")]
    public static partial void Fatal(ILogger log, string reason);
}
