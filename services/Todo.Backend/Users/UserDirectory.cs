using System.Collections.Concurrent;
using NodaTime;
using Npgsql;
using Todo.Backend.Security;

namespace Todo.Backend.Users;

/// <summary>
/// Keeps the users table in step with the tokens: a user exists from the first change on, with the address of the latest token. What this process has
/// written already is not written again, so that a request costs no extra round trip.
/// </summary>
internal sealed class UserDirectory
{
    private const int MaxKnown = 50_000;

    private const string Upsert = """
        insert into users as u (id, email, time_zone) values ($1, $2, coalesce($3, 'UTC'))
        on conflict (id) do update set email = coalesce($2, u.email), time_zone = coalesce($3, u.time_zone), updated_at = clock_timestamp()
        where (coalesce($2, u.email), coalesce($3, u.time_zone)) is distinct from (u.email, u.time_zone)
        """;

    private readonly ConcurrentDictionary<string, Caller> _known = new();

    /// <summary>Writes the caller if this process has not yet. Call <see cref="Remember"/> after the commit.</summary>
    public async ValueTask EnsureAsync(NpgsqlTransaction transaction, Caller caller, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(caller.UserId, out var known) && known == caller)
        {
            return;
        }

        await using var command = new NpgsqlCommand(Upsert, transaction.Connection, transaction);
        command.Parameters.Add(new() { Value = caller.UserId });
        command.Parameters.Add(Text(IsAddress(caller.Email) ? caller.Email : null));
        command.Parameters.Add(Text(IsTimeZone(caller.TimeZone) ? caller.TimeZone : null));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The caller's row is committed.</summary>
    public void Remember(Caller caller)
    {
        if (_known.TryGetValue(caller.UserId, out var known) && known == caller)
        {
            return;
        }

        if (_known.Count >= MaxKnown)
        {
            _known.Clear();
        }

        _known[caller.UserId] = caller;
    }

    private static bool IsAddress(string? email) =>
        email is { Length: >= 3 and <= 320 } && email.Contains('@') && !email.Any(c => char.IsControl(c) || char.IsWhiteSpace(c));

    private static bool IsTimeZone(string? name) => name is not null && DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is not null;

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };
}
