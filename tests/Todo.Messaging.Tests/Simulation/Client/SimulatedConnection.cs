using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Npgsql;
using Todo.Messaging.Tests.Simulation.Server;
using Todo.Operator.Tests.Simulation.Time;

namespace Todo.Messaging.Tests.Simulation.Client;

/// <summary>A client's end of a session.</summary>
internal sealed class SimulatedConnection(SimulatedServer server, SimulatedProcess process) : DbConnection
{
    private bool _beginFirst;
    private bool _isBroken;

    [AllowNull]
    public override string ConnectionString { get; set; } = "simulated";

    public override string Database => "simulated";
    public override string DataSource => "simulated";
    public override string ServerVersion => "simulated";
    public override ConnectionState State => IsUsable ? ConnectionState.Open : ConnectionState.Closed;

    public Session? Session { get; private set; }

    /// <summary>In the client's eyes: that a connection was lost shows at the next statement.</summary>
    public bool IsUsable => Session is not null && !_isBroken;

    /// <summary>By the last answer, which is what a client knows.</summary>
    public bool InTransaction { get; private set; }

    public override Task OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Session = server.Open(process);
        return Task.CompletedTask;
    }

    public async Task<IReadOnlyList<Answer>> ExecuteAsync(IReadOnlyList<Request> requests, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Session ??= server.Open(process);
        if (_isBroken)
        {
            throw new InvalidOperationException("Connection is not open");
        }

        var session = Session;
        var begin = _beginFirst;
        _beginFirst = false;
        await using var cancelling = cancellationToken.UnsafeRegister(static x => ((Session)x!).Cancel(), session);
        try
        {
            var answers = await session.SendAsync(begin ? [new("begin", []), .. requests] : requests);
            return begin ? [.. answers.Skip(1)] : answers;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled && cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException("Query was cancelled", e, cancellationToken);
        }
        finally
        {
            (InTransaction, _isBroken) = (session.InTransaction, session.IsLost);
        }
    }

    public override ValueTask DisposeAsync()
    {
        // To a server's eyes a connection that goes back to its pool is reset.
        Session?.Close();
        Session = null;
        return base.DisposeAsync();
    }

    public override void ChangeDatabase(string databaseName) => throw new NotSupportedException();

    public override void Close() => throw new NotSupportedException();

    public override void Open() => throw new NotSupportedException();

    protected override DbTransaction BeginDbTransaction(IsolationLevel isolationLevel) => throw new NotSupportedException();

    protected override ValueTask<DbTransaction> BeginDbTransactionAsync(IsolationLevel isolationLevel, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!IsUsable)
        {
            throw new InvalidOperationException("Connection is not open");
        }

        _beginFirst = true;
        InTransaction = true;
        return ValueTask.FromResult<DbTransaction>(new SimulatedTransaction(this));
    }

    protected override DbCommand CreateDbCommand() => new SimulatedCommand(this, ownsConnection: false);

    protected override DbBatch CreateDbBatch() => new SimulatedBatch(this);
}
