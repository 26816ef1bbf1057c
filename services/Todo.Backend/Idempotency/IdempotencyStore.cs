using Npgsql;
using NpgsqlTypes;
using Todo.Backend.Http;

namespace Todo.Backend.Idempotency;

/// <summary>
/// Answers by Idempotency-Key. The key's row is inserted first, so that a second request with the same key waits for the first to commit or roll back.
/// </summary>
internal static class IdempotencyStore
{
    public const int MaxKeyLength = 200;

    private const string Insert = """
        insert into idempotency_keys as k (user_id, key, request_hash) values ($1, $2, $3)
        on conflict (user_id, key) do update
          set request_hash = excluded.request_hash, status = null, location = null, body = null, etag = null, created_at = clock_timestamp()
          where k.created_at < clock_timestamp() - interval '24 hours'
        """;

    private const string Select = "select request_hash, status, location, body, etag from idempotency_keys where user_id = $1 and key = $2";

    private const string Update = "update idempotency_keys set status = $3, location = $4, body = $5, etag = $6 where user_id = $1 and key = $2";

    private static readonly Answer Reused = Answer.Of(Problem.Of(
        StatusCodes.Status422UnprocessableEntity, "This Idempotency-Key was used for another request. Use a new key for each operation."));

    public static bool IsValid(string key) => key.Length is >= 1 and <= MaxKeyLength && key.All(c => c is > ' ' and < '\x7f');

    /// <summary>Claims a key for this transaction, or finds what was answered before.</summary>
    public static async Task<Claim> ClaimAsync(NpgsqlTransaction transaction, string userId, string key, byte[] hash, CancellationToken cancellationToken)
    {
        while (true)
        {
            await using var insert = Command(transaction, Insert, userId, key);
            insert.Parameters.Add(new() { Value = hash });
            if (await insert.ExecuteNonQueryAsync(cancellationToken) == 1)
            {
                return default;
            }

            await using var select = Command(transaction, Select, userId, key);
            await using var row = await select.ExecuteReaderAsync(cancellationToken);
            if (!await row.ReadAsync(cancellationToken))
            {
                // Cleaned away in between.
                continue;
            }

            return row.GetFieldValue<byte[]>(0).AsSpan().SequenceEqual(hash)
                ? new Claim(true, new Answer(row.GetInt32(1), Text(2), row.IsDBNull(3) ? null : row.GetFieldValue<byte[]>(3), Text(4)))
                : new Claim(false, Reused);

            string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);
        }
    }

    /// <summary>Stores the answer under a claimed key.</summary>
    public static async Task StoreAsync(NpgsqlTransaction transaction, string userId, string key, Answer answer, CancellationToken cancellationToken)
    {
        await using var update = Command(transaction, Update, userId, key);
        update.Parameters.Add(new() { Value = answer.Status });
        update.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)answer.Location ?? DBNull.Value });
        update.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Bytea, Value = (object?)answer.Body ?? DBNull.Value });
        update.Parameters.Add(new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)answer.ETag ?? DBNull.Value });
        await update.ExecuteNonQueryAsync(cancellationToken);
    }

    private static NpgsqlCommand Command(NpgsqlTransaction transaction, string sql, string userId, string key) =>
        new(sql, transaction.Connection, transaction) { Parameters = { new() { Value = userId }, new() { Value = key } } };
}

/// <summary>Outcome of a claim.</summary>
/// <param name="IsReplay">The answer is the one given before.</param>
/// <param name="Answer">Null: the key is new, do the work.</param>
internal readonly record struct Claim(bool IsReplay, Answer? Answer);
