using Npgsql;
using Todo.Backend.Security;
using Todo.Backend.Users;
using Todo.Messaging.Publishing;

namespace Todo.Backend.Mcp.Calls;

/// <summary>One call of a tool: who calls, and the transaction of what it changes.</summary>
internal sealed class ToolSession(NpgsqlDataSource database, UserDirectory users, IOutbox outbox)
{
    private Caller? _caller;

    /// <summary>From the token; set before a tool can be reached.</summary>
    public Caller Caller
    {
        get => _caller ?? throw new InvalidOperationException("Nobody is signed in.");
        set => _caller = value;
    }

    public string UserId => Caller.UserId;

    /// <summary>Runs a change with its events and the caller's row in one transaction. An exception leaves nothing behind.</summary>
    public async Task<T> ChangeAsync<T>(Func<NpgsqlTransaction, Task<T>> work, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await users.EnsureAsync(transaction, Caller, cancellationToken);
        var result = await work(transaction);
        // Not cancelled when the caller leaves: half a commit would leave us not knowing.
        await transaction.CommitAsync(CancellationToken.None);
        users.Remember(Caller);
        outbox.Wake();
        return result;
    }
}
