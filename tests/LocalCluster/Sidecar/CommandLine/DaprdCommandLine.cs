using System.Globalization;

namespace LocalCluster.Sidecar.CommandLine;

/// <summary>Reads daprd's command line. Flags of the real daprd that have no meaning here are accepted; unknown ones are refused.</summary>
internal static class DaprdCommandLine
{
    private static readonly HashSet<string> Booleans = new(StringComparer.Ordinal)
    {
        "enable-app-health-check", "enable-metrics", "enable-mtls", "enable-profiling", "enable-api-logging",
        "log-as-json", "app-ssl", "disable-builtin-k8s-secret-store", "version", "build-info",
    };

    private static readonly HashSet<string> Values = new(StringComparer.Ordinal)
    {
        "app-id", "app-port", "app-protocol", "app-channel-address", "app-max-concurrency",
        "app-health-check-path", "app-health-probe-interval", "app-health-probe-timeout", "app-health-threshold",
        "dapr-listen-addresses", "dapr-http-port", "dapr-grpc-port", "dapr-internal-grpc-port", "dapr-internal-grpc-listen-address",
        "dapr-public-port", "dapr-public-listen-address", "metrics-port", "metrics-listen-address",
        "dapr-http-max-request-size", "dapr-http-read-buffer-size", "max-body-size", "read-buffer-size",
        "dapr-graceful-shutdown-seconds", "dapr-block-shutdown-duration", "resources-path", "components-path", "config",
        "log-level", "scheduler-host-address", "placement-host-address", "control-plane-address", "control-plane-namespace",
        "control-plane-trust-domain", "sentry-address", "trust-anchors", "trust-anchors-file", "mode", "kubeconfig",
        "allowed-origins", "unix-domain-socket", "profile-port", "disable-init-endpoints", "actors-service", "reminders-service",
        "sentry-request-jwt-audiences",
    };

    /// <summary>Parses flags and the three environment variables that daprd reads.</summary>
    /// <exception cref="CommandLineException">A flag is unknown, has no value, or its value is not what it should be.</exception>
    public static DaprdOptions Parse(IReadOnlyList<string> args, Func<string, string?> environment)
    {
        var flags = Split(args);
        var appPort = Number(flags, "app-port", 0);
        var block = Text(flags, "dapr-block-shutdown-duration");
        var grace = Number(flags, "dapr-graceful-shutdown-seconds", -1);
        return new DaprdOptions
        {
            AppId = Text(flags, "app-id") ?? throw new CommandLineException("--app-id is required"),
            AppPort = appPort == 0 ? null : appPort,
            AppChannelAddress = Text(flags, "app-channel-address") ?? "127.0.0.1",
            AppMaxConcurrency = Math.Max(0, Number(flags, "app-max-concurrency", 0)),
            ListenAddresses = List(Text(flags, "dapr-listen-addresses") ?? "127.0.0.1"),
            HttpPort = Number(flags, "dapr-http-port", 3500),
            PublicPort = Number(flags, "dapr-public-port", 3501),
            PublicListenAddress = Text(flags, "dapr-public-listen-address") ?? "0.0.0.0",
            EnableMetrics = Flag(flags, "enable-metrics", true),
            MetricsPort = Number(flags, "metrics-port", 9090),
            MetricsListenAddress = Text(flags, "metrics-listen-address") ?? "0.0.0.0",
            ResourcesPaths = [.. Many(flags, "resources-path"), .. Many(flags, "components-path")],
            ConfigFiles = Many(flags, "config"),
            LogLevel = Text(flags, "log-level") ?? "info",
            LogAsJson = Flag(flags, "log-as-json", false),
            SchedulerAddress = SchedulerAddress(Text(flags, "scheduler-host-address")),
            AppHealth = Flag(flags, "enable-app-health-check", false) ? Health(flags) : null,
            GracefulShutdown = TimeSpan.FromSeconds(grace < 0 ? 5 : grace),
            BlockShutdown = block is null ? null : Duration("dapr-block-shutdown-duration", block),
            MaxBodySize = Text(flags, "max-body-size") is { } size ? Bytes("max-body-size", size) : Number(flags, "dapr-http-max-request-size", 4) * (1L << 20),
            AskAppForSubscriptions = !List(Text(flags, "disable-init-endpoints") ?? "").Contains("subscribe", StringComparer.Ordinal),
            ApiToken = NullIfEmpty(environment("DAPR_API_TOKEN")),
            AppToken = NullIfEmpty(environment("APP_API_TOKEN")),
            Namespace = environment("NAMESPACE") ?? "",
        };
    }

    private static Dictionary<string, List<string>> Split(IReadOnlyList<string> args)
    {
        var flags = new Dictionary<string, List<string>>(StringComparer.Ordinal);
        for (var i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith('-'))
            {
                throw new CommandLineException($"unexpected argument '{args[i]}'");
            }

            var name = args[i].TrimStart('-');
            string? value = null;
            var equals = name.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
            {
                (name, value) = (name[..equals], name[(equals + 1)..]);
            }

            if (Booleans.Contains(name))
            {
                value ??= "true";
            }
            else if (!Values.Contains(name))
            {
                throw new CommandLineException($"unknown flag: --{name}");
            }
            else if (value is null)
            {
                value = ++i < args.Count ? args[i] : throw new CommandLineException($"flag needs an argument: --{name}");
            }

            if (!flags.TryGetValue(name, out var values))
            {
                flags[name] = values = [];
            }

            values.Add(value);
        }

        return flags;
    }

    private static AppHealthOptions Health(Dictionary<string, List<string>> flags)
    {
        var path = Text(flags, "app-health-check-path") ?? "/healthz";
        return new AppHealthOptions(
            path.StartsWith('/') ? path : "/" + path,
            TimeSpan.FromSeconds(Math.Max(1, Number(flags, "app-health-probe-interval", 5))),
            TimeSpan.FromMilliseconds(Math.Max(1, Number(flags, "app-health-probe-timeout", 500))),
            Math.Max(1, Number(flags, "app-health-threshold", 3)));
    }

    private static string? Text(Dictionary<string, List<string>> flags, string name) =>
        flags.TryGetValue(name, out var values) ? NullIfEmpty(values[^1]) : null;

    private static List<string> Many(Dictionary<string, List<string>> flags, string name) =>
        flags.TryGetValue(name, out var values) ? [.. values.SelectMany(List)] : [];

    private static int Number(Dictionary<string, List<string>> flags, string name, int fallback)
    {
        if (Text(flags, name) is not { } text)
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new CommandLineException($"invalid argument \"{text}\" for --{name}: not a number");
    }

    private static bool Flag(Dictionary<string, List<string>> flags, string name, bool fallback)
    {
        if (Text(flags, name) is not { } text)
        {
            return fallback;
        }

        return bool.TryParse(text, out var value)
            ? value
            : throw new CommandLineException($"invalid argument \"{text}\" for --{name}: not true or false");
    }

    private static TimeSpan Duration(string name, string text) =>
        GoDuration.TryParse(text, out var value)
            ? value
            : throw new CommandLineException($"invalid argument \"{text}\" for --{name}: not a duration such as 20s");

    /// <summary>A Kubernetes quantity: bytes, or with Ki, Mi, Gi.</summary>
    private static long Bytes(string name, string text)
    {
        var digits = text.TrimEnd('K', 'M', 'G', 'i');
        var scale = text[digits.Length..] switch
        {
            "" => 1L,
            "Ki" => 1L << 10,
            "Mi" => 1L << 20,
            "Gi" => 1L << 30,
            _ => 0,
        };
        return scale > 0 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value * scale
            : throw new CommandLineException($"invalid argument \"{text}\" for --{name}: not a size such as 4Mi");
    }

    private static List<string> List(string text) =>
        [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part => part.Trim('[', ']'))];

    private static string? SchedulerAddress(string? text) =>
        text is null ? null : NullIfEmpty(List(text).FirstOrDefault()?.Trim());

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

/// <summary>The command line cannot be used; the message says why.</summary>
internal sealed class CommandLineException : Exception
{
    public CommandLineException(string message)
        : base(message)
    {
    }
}
