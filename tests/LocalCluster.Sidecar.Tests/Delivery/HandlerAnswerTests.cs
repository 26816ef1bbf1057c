using LocalCluster.Sidecar.Tests.Support;

namespace LocalCluster.Sidecar.Tests.Delivery;

/// <summary>What becomes of a message by the app's answer: the table of handler answers, one test per broker and configuration.</summary>
public sealed class HandlerAnswerTests
{
    private static readonly (string Name, AppReply Reply)[] Accepting =
    [
        ("empty", AppReply.Ok),
        ("success", AppReply.With("SUCCESS")),
        ("text", new AppReply(200, "fine")),
        ("nocontent", new AppReply(204)),
    ];

    private static readonly (string Name, AppReply Reply)[] Retriable =
    [
        ("retry", AppReply.With("RETRY")),
        ("unknown", AppReply.With("WHATEVER")),
        ("badrequest", new AppReply(400)),
        ("toomany", new AppReply(429)),
        ("error", new AppReply(500)),
    ];

    private static readonly (string Name, AppReply Reply)[] GivingUp = [("drop", AppReply.With("DROP")), ("notfound", new AppReply(404))];

    [Theory]
    [InlineData(Pod.Redis, false, false)]
    [InlineData(Pod.Redis, false, true)]
    [InlineData(Pod.Redis, true, false)]
    [InlineData(Pod.Redis, true, true)]
    [InlineData(Pod.Kafka, false, false)]
    [InlineData(Pod.Kafka, false, true)]
    [InlineData(Pod.Kafka, true, false)]
    [InlineData(Pod.Kafka, true, true)]
    public async Task The_answer_decides_what_becomes_of_a_message(string broker, bool retry, bool deadLetter)
    {
        var run = Brokers.NewTopic("answers");
        // Each Redis subscription holds a connection of the pool: 22 of them need more than the default.
        await using var pod = broker == Pod.Redis ? Pod.Create().With(broker, ("poolSize", "60")) : Pod.Create().With(broker);
        foreach (var (name, _) in Accepting.Concat(Retriable).Concat(GivingUp))
        {
            var topic = $"{run}-{name}";
            pod.Subscribe(broker, topic, $"/{name}", deadLetter ? topic + "-dlq" : null);
            if (deadLetter)
            {
                pod.Subscribe(broker, topic + "-dlq", $"/{name}/dlq");
            }
        }

        if (retry)
        {
            pod.Sidecar.Put("retries", Resource.Resiliency(broker, "100ms", 3));
        }

        var replies = Accepting.Concat(Retriable).Concat(GivingUp).ToDictionary(answer => "/" + answer.Name, answer => answer.Reply);
        // Number 1 is the bad message, number 2 the good one after it on the same partition.
        pod.App.Handler = call => Task.FromResult(call.Number == 1 && replies.TryGetValue(call.Path, out var reply) ? reply : AppReply.Ok);
        await pod.StartAsync();
        foreach (var name in replies.Keys)
        {
            await pod.Sidecar.PublishNumberAsync(broker, run + "-" + name[1..], 1, "?metadata.partitionKey=k");
            await pod.Sidecar.PublishNumberAsync(broker, run + "-" + name[1..], 2, "?metadata.partitionKey=k");
        }

        int Bad(string name) => pod.App.Received("/" + name).Count(call => call.Number == 1);
        int Good(string name) => pod.App.Received("/" + name).Count(call => call.Number == 2);
        int Dead(string name) => pod.App.Received($"/{name}/dlq").Count(call => call.Number == 1);

        var blocks = broker == Pod.Kafka && !deadLetter;
        var attempts = retry ? 4 : 1;
        foreach (var (name, _) in Accepting)
        {
            await Eventually.IsTrueAsync(() => Bad(name) == 1 && Good(name) == 1 && Dead(name) == 0, $"{name}: taken at once");
        }

        foreach (var (name, _) in GivingUp)
        {
            await Eventually.IsTrueAsync(() => Bad(name) == 1 && Good(name) == 1 && Dead(name) == (deadLetter ? 1 : 0), $"{name}: called once");
        }

        foreach (var (name, _) in Retriable)
        {
            await Eventually.IsTrueAsync(
                () => blocks ? Bad(name) > attempts && Good(name) == 0 : Bad(name) == attempts && Good(name) == 1 && Dead(name) == (deadLetter ? 1 : 0),
                $"{name}: {(blocks ? "blocks its partition" : $"{attempts} deliveries")}, seen {Bad(name)} bad, {Good(name)} good, {Dead(name)} dead");
        }

        if (broker == Pod.Redis)
        {
            await NothingIsPendingAsync(pod, Retriable.Select(answer => $"{run}-{answer.Name}"));
        }

        if (deadLetter)
        {
            var dead = pod.App.Received("/error/dlq").First(call => call.Number == 1);
            Assert.Equal($"{run}-error", dead.Json["topic"]!.GetValue<string>());
        }
    }

    /// <summary>Redis acknowledges a failed message too: it is lost, not pending.</summary>
    private static async Task NothingIsPendingAsync(Pod pod, IEnumerable<string> topics)
    {
        await using var redis = await Brokers.OpenRedisAsync();
        foreach (var topic in topics)
        {
            await Eventually.IsTrueAsync(
                async () => (await redis.SendAsync(["XPENDING", topic, pod.Sidecar.AppId])).Items[0].Integer == 0,
                $"{topic} has nothing pending");
        }
    }
}
