using Npgsql;
using Todo.Messaging.Consuming;

namespace Todo.CrashingService;

/// <summary>Writes the same effect as the consumers in the tests.</summary>
internal sealed class CrashingHandler(Crash crash) : IEventHandler
{
    // Long enough for an acknowledgement to get out that must not.
    private static readonly TimeSpan Hesitation = TimeSpan.FromSeconds(1);

    public async ValueTask HandleAsync(IncomingEvent value, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("insert into public.effects (event_id, consumer) values ($1, 'crashing')", transaction.Connection, transaction)
        {
            Parameters = { new() { Value = value.Id } },
        };
        await command.ExecuteNonQueryAsync(cancellationToken);
        if (crash.Moment == CrashMoment.BeforeCommit)
        {
            await Task.Delay(Hesitation, cancellationToken);
            Crash.Now();
        }
    }
}
