using System.Data.Common;
using System.Globalization;
using Todo.Messaging.Hosting;
using Todo.Messaging.Schema;
using Todo.Messaging.Transports.Dapr;
using Todo.Messaging.Transports.Kafka;

namespace Todo.Messaging.Transports;

/// <summary>
/// Whether events leave this service: its sidecar or its Kafka answers, and nothing has waited long in the outbox. Not required: the outbox is there so that requests go on without a broker,
/// and a pod out of service would refuse them.
/// </summary>
internal sealed class TransportCheck(ServiceOptions options, DaprSidecar sidecar, DirectKafkaTransport kafka, DbDataSource database) : IReadinessCheck
{
    private const string OldestSql = "select extract(epoch from clock_timestamp() - min(time))::float8 from messaging.outbox where producer = $1 and sent_at is null";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan BrokerLimit = TimeSpan.FromSeconds(2);

    public string Name => "transport";

    public bool IsRequired => false;

    public async Task<ReadinessAnswer> LookAsync(CancellationToken cancellationToken)
    {
        var problem = options.UseDapr
            ? await sidecar.IsReadyAsync(cancellationToken) ? null : "the sidecar is not ready"
            : await Task.Run(() => kafka.Problem(BrokerLimit), cancellationToken);
        if (problem is not null)
        {
            return new(false, $"{options.PublishesTo}: {problem}");
        }

        await using var command = database.Statement(OldestSql, options.AppId);
        var oldest = await command.ExecuteScalarAsync(cancellationToken) is double seconds ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
        return oldest > LongestWait
            ? new(false, string.Create(CultureInfo.InvariantCulture, $"{options.PublishesTo}: an event has waited for {oldest.TotalSeconds:0} s"))
            : new(true, options.PublishesTo);
    }
}
