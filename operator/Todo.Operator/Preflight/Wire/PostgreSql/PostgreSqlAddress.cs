using System.Globalization;

namespace Todo.Operator.Preflight.Wire.PostgreSql;

/// <summary>How a connection may be encrypted (libpq's <c>sslmode</c>).</summary>
internal enum PostgreSqlTls
{
    /// <summary>disable, allow.</summary>
    No,

    /// <summary>prefer, which is the default.</summary>
    Prefer,

    /// <summary>require: encrypted, whoever the server is.</summary>
    Require,

    /// <summary>verify-ca, verify-full.</summary>
    Verify,
}

/// <summary>Where a connection string leads.</summary>
internal sealed record PostgreSqlAddress(WireEndpoint Endpoint, string User, string Password, string Database, PostgreSqlTls Tls)
{
    private const int DefaultPort = 5432;

    /// <summary>
    /// Reads what Dapr's state store reads: libpq's URI or its <c>key=value</c> words (PostgreSQL, "Connection Strings"). The value holds a password, so a message never
    /// repeats it.
    /// </summary>
    /// <returns>The address, or what is wrong with the text.</returns>
    public static (PostgreSqlAddress? Address, string? Problem) Parse(string text)
    {
        text = text.Trim();
        var isUri = text.StartsWith("postgres://", StringComparison.Ordinal) || text.StartsWith("postgresql://", StringComparison.Ordinal);
        if (!isUri && text.Contains("://", StringComparison.Ordinal))
        {
            return (null, "has another scheme than postgres://");
        }

        if (!isUri && text.Contains(';', StringComparison.Ordinal))
        {
            return (null, "is a .NET connection string, which the services read but Dapr does not");
        }

        var words = isUri ? FromUri(text) : FromWords(text);
        if (words is null)
        {
            return (null, isUri ? "is not a URI (a password with special characters has to be percent-encoded)" : "is neither a URI nor key=value words");
        }

        var host = words.GetValueOrDefault("host") ?? words.GetValueOrDefault("hostaddr");
        if (string.IsNullOrEmpty(host))
        {
            return (null, "names no host");
        }

        if (!int.TryParse(words.GetValueOrDefault("port", $"{DefaultPort}"), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
        {
            return (null, "has a port that is none");
        }

        var user = words.GetValueOrDefault("user", string.Empty);
        var database = words.GetValueOrDefault("dbname") ?? words.GetValueOrDefault("database") ?? string.Empty;
        if (user.Length == 0 || database.Length == 0)
        {
            return (null, user.Length == 0 ? "names no user" : "names no database");
        }

        PostgreSqlTls? tls = words.GetValueOrDefault("sslmode", "prefer") switch
        {
            "disable" or "allow" => PostgreSqlTls.No,
            "prefer" => PostgreSqlTls.Prefer,
            "require" => PostgreSqlTls.Require,
            "verify-ca" or "verify-full" => PostgreSqlTls.Verify,
            _ => null,
        };
        return tls is { } mode
            ? (new PostgreSqlAddress(new WireEndpoint(host, port), user, words.GetValueOrDefault("password", string.Empty), database, mode), null)
            : (null, "has an sslmode that does not exist");
    }

    private static Dictionary<string, string>? FromUri(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri))
        {
            return null;
        }

        var words = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["host"] = uri.Host.Trim('[', ']') };
        Set(words, "port", uri.Port > 0 ? uri.Port.ToString(CultureInfo.InvariantCulture) : string.Empty);
        Set(words, "dbname", Uri.UnescapeDataString(uri.AbsolutePath.Trim('/')));
        var user = uri.UserInfo.Split(':', 2);
        Set(words, "user", Uri.UnescapeDataString(user[0]));
        Set(words, "password", user.Length > 1 ? Uri.UnescapeDataString(user[1]) : string.Empty);
        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(p => p.Split('=', 2)))
        {
            Set(words, pair[0], pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : string.Empty);
        }

        return words;
    }

    private static Dictionary<string, string>? FromWords(string text)
    {
        var words = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in text.Split([' ', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries).Select(w => w.Split('=', 2)))
        {
            if (pair.Length < 2)
            {
                return null;
            }

            Set(words, pair[0], pair[1].Trim('\''));
        }

        return words;
    }

    private static void Set(Dictionary<string, string> words, string name, string value)
    {
        if (value.Length > 0)
        {
            words[name] = value;
        }
    }
}
