using System.Globalization;
using LocalCluster.Sidecar.Components;
using Npgsql;

namespace LocalCluster.Sidecar.State.Postgres;

/// <summary>From libpq's ways of writing a connection (key=value words or a URI), which Dapr takes, to Npgsql's.</summary>
internal static class PostgresConnectionString
{
    /// <exception cref="ComponentInitException">No connection is given, or it cannot be read.</exception>
    public static NpgsqlConnectionStringBuilder From(ComponentMetadata metadata)
    {
        var builder = new NpgsqlConnectionStringBuilder { ApplicationName = "daprd", Pooling = true, MinPoolSize = 0 };
        if (metadata.Text("connectionString") is { } text)
        {
            foreach (var (key, value) in text.Contains("://", StringComparison.Ordinal) ? FromUri(text) : FromWords(text))
            {
                Apply(builder, key, value);
            }
        }

        foreach (var key in new[] { "host", "port", "user", "password", "database" })
        {
            if (metadata.Text(key) is { } value)
            {
                Apply(builder, key, value);
            }
        }

        if (string.IsNullOrEmpty(builder.Host))
        {
            throw new ComponentInitException("missing connection string");
        }

        builder.MaxPoolSize = metadata.Number("maxConns", 0) is > 0 and var connections ? (int)connections : 10;
        builder.CommandTimeout = (int)metadata.Duration("timeout", TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(1)).TotalSeconds;
        return builder;
    }

    private static void Apply(NpgsqlConnectionStringBuilder builder, string key, string value)
    {
        switch (key.ToLowerInvariant())
        {
            case "host" or "hostaddr" or "server":
                builder.Host = value;
                break;
            case "port":
                builder.Port = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                    ? port
                    : throw new ComponentInitException($"port '{value}' is not a number");
                break;
            case "user" or "username" or "user id":
                builder.Username = value;
                break;
            case "password":
                builder.Password = value;
                break;
            case "database" or "dbname":
                builder.Database = value;
                break;
            case "sslmode":
                builder.SslMode = Enum.TryParse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode) ? mode : SslMode.Prefer;
                break;
            case "connect_timeout":
                builder.Timeout = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 15;
                break;
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> FromWords(string text) =>
        text.Split([' ', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(word => word.Split('=', 2))
            .Where(pair => pair.Length == 2)
            .Select(pair => new KeyValuePair<string, string>(pair[0], pair[1].Trim('\'')));

    private static IEnumerable<KeyValuePair<string, string>> FromUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            throw new ComponentInitException("the connection string is not a URI");
        }

        yield return new("host", uri.Host);
        yield return new("port", (uri.Port > 0 ? uri.Port : 5432).ToString(CultureInfo.InvariantCulture));
        yield return new("database", Uri.UnescapeDataString(uri.AbsolutePath.Trim('/')));
        var user = uri.UserInfo.Split(':', 2);
        yield return new("user", Uri.UnescapeDataString(user[0]));
        if (user.Length > 1)
        {
            yield return new("password", Uri.UnescapeDataString(user[1]));
        }

        foreach (var pair in FromWords(uri.Query.TrimStart('?').Replace('&', ' ')))
        {
            yield return pair;
        }
    }
}
