using System.Data;
using System.Data.Common;

namespace Todo.Messaging.Schema;

/// <summary>
/// Statements with positional parameters, in ADO.NET's own types: whoever answers them need not be PostgreSQL, so that histories can be played in simulation.
/// </summary>
internal static class Statements
{
    public static DbCommand Statement(this DbDataSource database, string sql, params ReadOnlySpan<object?> values)
    {
        var command = database.CreateCommand(sql);
        Add(command.Parameters, command.CreateParameter, values);
        return command;
    }

    public static DbCommand Statement(this DbConnection connection, string sql, params ReadOnlySpan<object?> values)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        Add(command.Parameters, command.CreateParameter, values);
        return command;
    }

    public static DbCommand Statement(this DbTransaction transaction, string sql, params ReadOnlySpan<object?> values)
    {
        var command = transaction.Connection!.Statement(sql, values);
        command.Transaction = transaction;
        return command;
    }

    /// <summary>Adds a statement to a batch.</summary>
    public static void Add(this DbBatch batch, string sql, params ReadOnlySpan<object?> values)
    {
        var command = batch.CreateBatchCommand();
        command.CommandText = sql;
        Add(command.Parameters, command.CreateParameter, values);
        batch.BatchCommands.Add(command);
    }

    private static void Add(DbParameterCollection parameters, Func<DbParameter> create, ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
        {
            var parameter = create();
            parameter.Value = value ?? DBNull.Value;
            if (value is null)
            {
                // What may be missing is always a text; without its type it would be prepared once more.
                parameter.DbType = DbType.String;
            }

            parameters.Add(parameter);
        }
    }
}
