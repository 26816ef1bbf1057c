using System.Data;
using System.Data.Common;
using Npgsql;

namespace Todo.Messaging.Tests.Simulation.Client;

/// <summary>A transaction as Npgsql has it: begun together with its first statement, over when the connection's last answer says so.</summary>
internal sealed class SimulatedTransaction(SimulatedConnection connection) : DbTransaction
{
    public override IsolationLevel IsolationLevel => IsolationLevel.ReadCommitted;
    protected override DbConnection DbConnection => connection;

    public override async Task CommitAsync(CancellationToken cancellationToken = default) => await connection.ExecuteAsync([new("commit", [])], cancellationToken);

    public override async Task RollbackAsync(CancellationToken cancellationToken = default) => await connection.ExecuteAsync([new("rollback", [])], cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        if (connection.IsUsable && connection.InTransaction)
        {
            try
            {
                await RollbackAsync();
            }
            catch (NpgsqlException)
            {
                // The connection was lost, and the transaction with it.
            }
        }

        await base.DisposeAsync();
    }

    public override void Commit() => throw new NotSupportedException();

    public override void Rollback() => throw new NotSupportedException();
}
