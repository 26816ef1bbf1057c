using System.Globalization;
using System.Text;

namespace LocalCluster.Sidecar.Logging;

/// <summary>Log lines in daprd's form, on standard output.</summary>
internal sealed class DaprdLoggerProvider : ILoggerProvider
{
    private readonly Lock _gate = new();
    private readonly TextWriter _output = Console.Out;
    private readonly string _appId;
    private readonly LogLevel _minimum;
    private readonly bool _json;
    private readonly TimeProvider _time;

    public DaprdLoggerProvider(string appId, LogLevel minimum, bool json, TimeProvider time)
    {
        _appId = appId;
        _minimum = minimum;
        _json = json;
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

    private IEnumerable<(string Name, string Value)> Fields(string level, string message, string scope) =>
    [
        ("time", _time.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)),
        ("level", level), ("msg", message), ("app_id", _appId), ("scope", scope), ("type", "log"), ("ver", SidecarVersion.Runtime),
    ];

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
            var (before, between) = owner._json ? ("\"", "\":\"") : ("", "=");
            var line = new StringBuilder(owner._json ? "{" : "");
            foreach (var (name, value) in owner.Fields(level, message, scope))
            {
                line.Append(line.Length > 1 ? owner._json ? "," : " " : "").Append(before).Append(name).Append(between);
                line.Append(owner._json || name is not ("time" or "msg") ? Escape(value) : '"' + Escape(value) + '"').Append(before);
            }

            lock (owner._gate)
            {
                owner._output.WriteLine(owner._json ? line.Append('}') : line);
                owner._output.Flush();
            }
        }

        private static string Escape(string text) =>
            text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
    }
}
