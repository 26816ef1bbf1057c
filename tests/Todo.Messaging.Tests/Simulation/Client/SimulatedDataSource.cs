using System.Data.Common;
using Todo.Messaging.Tests.Simulation.Server;
using Todo.Operator.Tests.Simulation.Time;

namespace Todo.Messaging.Tests.Simulation.Client;

/// <summary>How a process reaches the simulated database.</summary>
/// <param name="process">Whose connections these are: they end with it.</param>
internal sealed class SimulatedDataSource(SimulatedServer server, SimulatedProcess process) : DbDataSource
{
    public override string ConnectionString => "simulated";

    public SimulatedConnection Connect() => new(server, process);

    protected override DbConnection CreateDbConnection() => Connect();

    protected override DbCommand CreateDbCommand(string? commandText = null) =>
        new SimulatedCommand(Connect(), ownsConnection: true) { CommandText = commandText };

    // The base class leaves the process' context.
    protected override async ValueTask<DbConnection> OpenDbConnectionAsync(CancellationToken cancellationToken = default)
    {
        var connection = Connect();
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
