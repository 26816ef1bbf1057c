using System.Data.Common;
using Npgsql;
using Todo.Messaging.Consuming;
using Todo.Messaging.Schema;
using Todo.Messaging.Tests.Simulation.Server;
using Todo.Messaging.Tests.World;

namespace Todo.Messaging.Tests.Simulation.Histories;

/// <summary>
/// Records the effect of an event. Some bring a change with an event of their own, as a completed task brings its successor; some fail after all that, or take longer
/// than they may.
/// </summary>
internal sealed class EffectHandler(SimulatedWorld world, Pod pod, Random dice) : IEventHandler
{
    async ValueTask IEventHandler.HandleAsync(IncomingEvent value, DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var effect = transaction.Statement(LedgerStatements.EffectSql, value.Id, value.Key);
        await effect.ExecuteNonQueryAsync(cancellationToken);
        if (value.Key!.StartsWith("poison", StringComparison.Ordinal))
        {
            throw new PoisonEventException("poison");
        }

        if (value.Key.StartsWith("task-", StringComparison.Ordinal) && value.Version % 3 == 0)
        {
            var next = $"next-{value.Key[^1]}";
            var id = await pod.Outbox.AddAsync(transaction, TestService.Event(next), cancellationToken);
            await using var change = transaction.Statement(LedgerStatements.ChangeSql, id, next);
            await change.ExecuteNonQueryAsync(cancellationToken);
        }

        if (dice.Next(100) < world.Failing)
        {
            if (dice.Next(8) == 0)
            {
                await Task.Delay(pod.Options.Delivery.HandlerTimeout * 1.1, pod.Process.Time, cancellationToken);
            }

            throw new HttpRequestException("a transient failure after the effect");
        }
    }

    public ValueTask HandleAsync(IncomingEvent value, NpgsqlTransaction transaction, CancellationToken cancellationToken) => throw new NotSupportedException();
}
