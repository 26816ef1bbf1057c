using Npgsql;
using Todo.Backend.Security;
using Todo.Backend.Users;
using Todo.Messaging.Publishing;

namespace Todo.Backend.Changes;

/// <summary>
/// Runs a change with its events and the caller's row in one transaction: all of it happens, or nothing does. Where changes wait for each other in a circle
/// (tags deleted while others are put on their tasks), PostgreSQL ends one of them, and that one is done again from the start.
/// </summary>
internal sealed partial class ChangeRunner(NpgsqlDataSource database, UserDirectory users, IOutbox outbox, ILogger<ChangeRunner> log)
{
    private const int Attempts = 4;

    /// <param name="work">The change, which may be called again; its result, and whether what it did is to be kept.</param>
    public async Task<T> RunAsync<T>(Caller caller, Func<NpgsqlTransaction, Task<(T Result, bool IsDone)>> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TryAsync(caller, work, cancellationToken);
            }
            catch (PostgresException e) when (attempt < Attempts && e.SqlState is PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.SerializationFailure)
            {
                LogAgain(log, e.SqlState, attempt);
            }
        }
    }

    private async Task<T> TryAsync<T>(Caller caller, Func<NpgsqlTransaction, Task<(T Result, bool IsDone)>> work, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await users.EnsureAsync(transaction, caller, cancellationToken);
        var (result, isDone) = await work(transaction);
        if (isDone)
        {
            // Not cancelled when the caller leaves: half a commit would leave us not knowing.
            await transaction.CommitAsync(CancellationToken.None);
            users.Remember(caller);
            outbox.Wake();
        }

        return result;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A change was ended by the database ({SqlState}) at attempt {Attempt} and is done again")]
    private static partial void LogAgain(ILogger logger, string sqlState, int attempt);
}
