using System.Data.Common;
using Microsoft.AspNetCore.Http;
using Todo.Messaging.Schema;

namespace Todo.Messaging.Management;

/// <summary>
/// The operator's epoch. An order is carried out only when no higher epoch was seen before, and raises what was seen, in one transaction: an
/// operator that was replaced and does not know it can do nothing any more.
/// </summary>
internal sealed class Epoch(DbDataSource database)
{
    internal const string ReadSql = "select epoch from messaging.platform";

    internal const string RaiseSql = "update messaging.platform set epoch = $1 where epoch <= $1";

    public async Task<long> ReadAsync(CancellationToken cancellationToken)
    {
        await using var command = database.Statement(ReadSql);
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Carries out an order on the database, in the transaction that accepts its epoch.</summary>
    /// <param name="afterCommit">What follows once the order stands.</param>
    public async Task<IResult> ObeyAsync(
        long? epoch, Func<DbTransaction, Task<IResult>> order, Func<Task> afterCommit, CancellationToken cancellationToken)
    {
        if (epoch is null)
        {
            return Missing();
        }

        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!await RaiseAsync(transaction, epoch.Value, cancellationToken))
        {
            await transaction.RollbackAsync(cancellationToken);
            return await RefusedAsync(epoch.Value, cancellationToken);
        }

        var result = await order(transaction);
        await transaction.CommitAsync(cancellationToken);
        await afterCommit();
        return result;
    }

    /// <summary>Carries out an order elsewhere, after its epoch was accepted.</summary>
    public async Task<IResult> ObeyAsync(long? epoch, Func<Task<IResult>> order, CancellationToken cancellationToken)
    {
        if (epoch is null)
        {
            return Missing();
        }

        await using (var connection = await database.OpenConnectionAsync(cancellationToken))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (!await RaiseAsync(transaction, epoch.Value, cancellationToken))
            {
                await transaction.RollbackAsync(cancellationToken);
                return await RefusedAsync(epoch.Value, cancellationToken);
            }

            await transaction.CommitAsync(cancellationToken);
        }

        return await order();
    }

    private static async Task<bool> RaiseAsync(DbTransaction transaction, long epoch, CancellationToken cancellationToken)
    {
        await using var command = transaction.Statement(RaiseSql, epoch);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    private static IResult Missing() => Results.Problem("epoch is required.", statusCode: StatusCodes.Status400BadRequest);

    private async Task<IResult> RefusedAsync(long epoch, CancellationToken cancellationToken) => Results.Json(
        new { epoch = await ReadAsync(cancellationToken), message = $"Epoch {epoch} is older than one that was seen before." },
        statusCode: StatusCodes.Status409Conflict);
}
