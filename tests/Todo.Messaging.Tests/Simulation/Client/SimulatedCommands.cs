using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Todo.Messaging.Tests.Simulation.Server;

namespace Todo.Messaging.Tests.Simulation.Client;

/// <summary>One statement, on a connection or, of a data source, on one of its own.</summary>
internal sealed class SimulatedCommand(SimulatedConnection connection, bool ownsConnection) : DbCommand
{
    [AllowNull]
    public override string CommandText { get; set; } = "";

    public override int CommandTimeout { get; set; }
    public override CommandType CommandType { get; set; } = CommandType.Text;
    public override bool DesignTimeVisible { get; set; }
    public override UpdateRowSource UpdatedRowSource { get; set; }
    protected override DbConnection? DbConnection { get; set; } = connection;
    protected override DbParameterCollection DbParameterCollection { get; } = new SimulatedParameters();
    protected override DbTransaction? DbTransaction { get; set; }

    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken) => (await RunAsync(cancellationToken)).Affected;

    public override async Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken) =>
        await RunAsync(cancellationToken) is { Rows: [[var value, ..], ..] } ? value ?? DBNull.Value : null;

    public override void Cancel() => throw new NotSupportedException();

    public override int ExecuteNonQuery() => throw new NotSupportedException();

    public override object? ExecuteScalar() => throw new NotSupportedException();

    public override void Prepare()
    {
    }

    protected override DbParameter CreateDbParameter() => new SimulatedParameter();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => throw new NotSupportedException();

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        new SimulatedReader([await RunAsync(cancellationToken)]);

    private async Task<Answer> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return (await connection.ExecuteAsync([new(CommandText, ((SimulatedParameters)DbParameterCollection).Values)], cancellationToken))[0];
        }
        finally
        {
            if (ownsConnection)
            {
                await connection.DisposeAsync();
            }
        }
    }
}

internal sealed class SimulatedBatchCommand : DbBatchCommand
{
    public override string CommandText { get; set; } = "";
    public override CommandType CommandType { get; set; } = CommandType.Text;
    public override int RecordsAffected => -1;
    public override bool CanCreateParameter => true;
    protected override DbParameterCollection DbParameterCollection { get; } = new SimulatedParameters();

    public Request Request => new(CommandText, ((SimulatedParameters)DbParameterCollection).Values);

    public override DbParameter CreateParameter() => new SimulatedParameter();
}

/// <summary>Several statements in one round trip.</summary>
internal sealed class SimulatedBatch(SimulatedConnection connection) : DbBatch
{
    private readonly Commands _commands = new();

    public override int Timeout { get; set; }
    protected override DbBatchCommandCollection DbBatchCommands => _commands;
    protected override DbConnection? DbConnection { get; set; } = connection;
    protected override DbTransaction? DbTransaction { get; set; }

    public override async Task<int> ExecuteNonQueryAsync(CancellationToken cancellationToken = default) => (await RunAsync(cancellationToken)).Sum(x => x.Affected);

    public override void Cancel() => throw new NotSupportedException();

    public override int ExecuteNonQuery() => throw new NotSupportedException();

    public override object? ExecuteScalar() => throw new NotSupportedException();

    public override Task<object?> ExecuteScalarAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override void Prepare()
    {
    }

    public override Task PrepareAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    protected override DbBatchCommand CreateDbBatchCommand() => new SimulatedBatchCommand();

    protected override DbDataReader ExecuteDbDataReader(CommandBehavior behavior) => throw new NotSupportedException();

    protected override async Task<DbDataReader> ExecuteDbDataReaderAsync(CommandBehavior behavior, CancellationToken cancellationToken) =>
        new SimulatedReader(await RunAsync(cancellationToken));

    private Task<IReadOnlyList<Answer>> RunAsync(CancellationToken cancellationToken) =>
        connection.ExecuteAsync([.. _commands.Cast<SimulatedBatchCommand>().Select(x => x.Request)], cancellationToken);

    private sealed class Commands : DbBatchCommandCollection
    {
        private readonly List<DbBatchCommand> _all = [];

        public override int Count => _all.Count;
        public override bool IsReadOnly => false;

        public override void Add(DbBatchCommand item) => _all.Add(item);

        public override void Clear() => _all.Clear();

        public override bool Contains(DbBatchCommand item) => _all.Contains(item);

        public override void CopyTo(DbBatchCommand[] array, int arrayIndex) => _all.CopyTo(array, arrayIndex);

        public override IEnumerator<DbBatchCommand> GetEnumerator() => _all.GetEnumerator();

        public override int IndexOf(DbBatchCommand item) => _all.IndexOf(item);

        public override void Insert(int index, DbBatchCommand item) => _all.Insert(index, item);

        public override bool Remove(DbBatchCommand item) => _all.Remove(item);

        public override void RemoveAt(int index) => _all.RemoveAt(index);

        protected override DbBatchCommand GetBatchCommand(int index) => _all[index];

        protected override void SetBatchCommand(int index, DbBatchCommand batchCommand) => _all[index] = batchCommand;
    }
}
