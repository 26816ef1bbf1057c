using System.Globalization;

namespace LocalCluster.Sidecar.Logging;

/// <summary>Log lines in daprd's form, on standard output.</summary>
internal sealed class DaprdLoggerProvider : ILoggerProvider
{
    private readonly Lock _gate = new();
    private readonly TextWriter _output = Console.Out;
    private readonly string _appId;
    private readonly LogLevel _minimum;
    private readonly TimeProvider _time;

    public DaprdLoggerProvider(string appId, LogLevel minimum, TimeProvider time)
    {
        _appId = appId;
        _minimum = minimum;
        _time = time;
    }

    /// <summary>daprd's level names.</summary>
    public static LogLevel Level(string name) => name.ToLowerInvariant() switch
    {
        "debug" => LogLevel.Debug,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "fatal" => LogLevel.Critical,
        _ => LogLevel.Information,
    };

    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Writer(DaprdLoggerProvider owner, string scope) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            logLevel >= owner._minimum
            && (logLevel >= LogLevel.Warning || scope.StartsWith("dapr.", StringComparison.Ordinal));

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var level = logLevel switch
            {
                LogLevel.Trace or LogLevel.Debug => "debug",
                LogLevel.Information => "info",
                LogLevel.Warning => "warning",
                LogLevel.Error => "error",
                _ => "fatal",
            };
            var message = formatter(state, exception) + (exception is null ? "" : ": " + exception);
            var line = string.Create(
                CultureInfo.InvariantCulture,
                $"time=\"{owner._time.GetUtcNow().UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}\" level={level} msg=\"{Escape(message)}\" app_id={owner._appId} scope={scope} type=log ver={SidecarVersion.Runtime}");
            lock (owner._gate)
            {
                owner._output.WriteLine(line);
                owner._output.Flush();
            }
        }

        private static string Escape(string text) =>
            text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
    }
}
