using System.Data.Common;

namespace Todo.Messaging.Hosting;

/// <summary>Whether the database answers. Everything that a service does is a transaction there.</summary>
internal sealed class DatabaseCheck(DbDataSource database) : IReadinessCheck
{
    public string Name => "database";

    public bool IsRequired => true;

    public async Task<ReadinessAnswer> LookAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("select 1");
        await command.ExecuteScalarAsync(cancellationToken);
        return new(true, "answers");
    }
}
