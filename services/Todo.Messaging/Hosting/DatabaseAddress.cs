using Npgsql;

namespace Todo.Messaging.Hosting;

/// <summary>Turns <c>DATABASE_URL</c>, a libpq URL or an Npgsql connection string, into the connection string of one service.</summary>
internal static class DatabaseAddress
{
    public const string Variable = "DATABASE_URL";

    public static string Parse(string text, string appId)
    {
        NpgsqlConnectionStringBuilder builder;
        try
        {
            builder = IsUrl(text) ? FromUrl(text) : new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw Malformed();
        }

        if (string.IsNullOrEmpty(builder.Host) || string.IsNullOrEmpty(builder.Database))
        {
            throw Malformed();
        }

        builder.ApplicationName ??= appId;
        SetUnlessGiven(builder, "Maximum Pool Size", b => b.MaxPoolSize = 20);
        SetUnlessGiven(builder, "Max Auto Prepare", b => b.MaxAutoPrepare = 50);
        SetUnlessGiven(builder, "Auto Prepare Min Usages", b => b.AutoPrepareMinUsages = 2);
        // What is kept for a session (locks, listening) has connections of its own that are not pooled; the seven statements of a reset cost the server as much as a query.
        SetUnlessGiven(builder, "No Reset On Close", b => b.NoResetOnClose = true);
        SetUnlessGiven(builder, "Timeout", b => b.Timeout = 5);
        SetUnlessGiven(builder, "Command Timeout", b => b.CommandTimeout = 15);
        return builder.ConnectionString;
    }

    // The value may hold a password, so it is not repeated.
    private static InvalidSettingException Malformed() =>
        new(Variable, "must be postgres://user:password@host:port/database or an Npgsql connection string with Host and Database.");

    private static bool IsUrl(string text) =>
        text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase);

    private static NpgsqlConnectionStringBuilder FromUrl(string text)
    {
        var uri = new Uri(text);
        var user = uri.UserInfo.Split(':', 2);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.IsDefaultPort || uri.Port < 0 ? 5432 : uri.Port,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.TrimStart('/')),
        };
        if (user[0].Length > 0)
        {
            builder.Username = Uri.UnescapeDataString(user[0]);
        }

        if (user.Length > 1)
        {
            builder.Password = Uri.UnescapeDataString(user[1]);
        }

        foreach (var pair in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split('=', 2);
            builder[KeywordOf(Uri.UnescapeDataString(parts[0]))] = Uri.UnescapeDataString(parts.Length > 1 ? parts[1] : "");
        }

        return builder;
    }

    // libpq's spelling where it differs from Npgsql's.
    private static string KeywordOf(string name) => name switch
    {
        "sslmode" => "SSL Mode",
        "application_name" => "Application Name",
        "connect_timeout" => "Timeout",
        "sslrootcert" => "Root Certificate",
        _ => name,
    };

    private static void SetUnlessGiven(NpgsqlConnectionStringBuilder builder, string keyword, Action<NpgsqlConnectionStringBuilder> set)
    {
        if (!builder.ShouldSerialize(keyword))
        {
            set(builder);
        }
    }
}
