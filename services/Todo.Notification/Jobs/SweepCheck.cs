using System.Globalization;
using Npgsql;
using Todo.Messaging.Hosting;
using Todo.Notification.Cursor;

namespace Todo.Notification.Jobs;

/// <summary>
/// Whether some pod has lately looked for due reminders, by the job or by the loop. Not required: this pod cannot mend a scheduler by being out of service, and what it consumes has nothing to do with it.
/// </summary>
internal sealed class SweepCheck(ISweepCursor cursor, NpgsqlDataSource database, NotificationOptions options) : IReadinessCheck
{
    // With Dapr the loop steps in after six ticks that did not come.
    private const int MissedTicks = 8;

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    public string Name => "sweep";

    public bool IsRequired => false;

    public async Task<ReadinessAnswer> LookAsync(CancellationToken cancellationToken)
    {
        if (await cursor.ReadAsync(cancellationToken) is not { } swept)
        {
            return new(true, "none yet");
        }

        await using var command = database.CreateCommand("select clock_timestamp()");
        var age = new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(cancellationToken))!) - swept;
        return new(
            age < options.PollInterval * MissedTicks + Slack, string.Create(CultureInfo.InvariantCulture, $"the last one began {age.TotalSeconds:0.0} s ago"));
    }
}
