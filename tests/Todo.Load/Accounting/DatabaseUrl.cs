using Npgsql;

namespace Todo.Load.Accounting;

/// <summary>Where the database is: <c>postgres://user:password@host:port/database</c>, or an Npgsql connection string.</summary>
internal static class DatabaseUrl
{
    /// <summary>For Npgsql.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static string ToConnectionString(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("postgres" or "postgresql"))
        {
            return new NpgsqlConnectionStringBuilder(text).ConnectionString;
        }

        var user = url.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = url.Host,
            Port = url.IsDefaultPort ? 5432 : url.Port,
            Database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/')),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
        }.ConnectionString;
    }
}
