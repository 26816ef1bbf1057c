using Todo.Messaging.Hosting;

namespace Todo.Messaging.Tests.Hosting;

public sealed class ReadinessTests
{
    private readonly Clock _clock = new();
    private readonly Check _required = new("database", isRequired: true);
    private readonly Check _other = new("transport", isRequired: false);

    [Fact]
    public async Task What_is_required_may_be_unwell_for_a_moment_and_not_for_long()
    {
        using var state = Started();
        using var readiness = new Readiness(state, [_required, _other], _clock);
        await readiness.LookAsync(CancellationToken.None);
        Assert.Equal("ok\n[+] database: fine\n[+] transport: fine\n", readiness.Describe());

        _required.Problem = "connection\nrefused";
        await readiness.LookAsync(CancellationToken.None);
        Assert.True(readiness.IsReady);
        Assert.Equal("ok\n[-] database: connection refused\n[+] transport: fine\n", readiness.Describe());

        _clock.Now += Readiness.Patience;
        await readiness.LookAsync(CancellationToken.None);
        Assert.False(readiness.IsReady);
        Assert.StartsWith("not ready\n[-] database", readiness.Describe(), StringComparison.Ordinal);

        _required.Problem = null;
        await readiness.LookAsync(CancellationToken.None);
        Assert.True(readiness.IsReady);
    }

    [Fact]
    public async Task What_the_outbox_is_there_for_is_told_and_takes_nobody_out_of_service()
    {
        using var state = Started();
        using var readiness = new Readiness(state, [_required, _other], _clock);
        _other.Problem = "no broker";
        for (var look = 0; look < 10; look++)
        {
            await readiness.LookAsync(CancellationToken.None);
            _clock.Now += Readiness.Patience;
        }

        Assert.True(readiness.IsReady);
        Assert.Equal("ok\n[+] database: fine\n[-] transport: no broker\n", readiness.Describe());
    }

    [Fact]
    public void Before_the_start_and_from_the_end_on_nobody_is_ready()
    {
        using var state = new ServiceState();
        using var readiness = new Readiness(state, [], _clock);
        Assert.Equal((false, "starting\n"), (readiness.IsReady, readiness.Describe()));
        state.SetStarted();
        Assert.Equal((true, "ok\n"), (readiness.IsReady, readiness.Describe()));
        state.SetDraining();
        Assert.Equal((false, "draining\n"), (readiness.IsReady, readiness.Describe()));
    }

    private static ServiceState Started()
    {
        var state = new ServiceState();
        state.SetStarted();
        return state;
    }

    private sealed class Check(string name, bool isRequired) : IReadinessCheck
    {
        public string? Problem { get; set; }

        public string Name => name;

        public bool IsRequired => isRequired;

        public Task<ReadinessAnswer> LookAsync(CancellationToken cancellationToken) =>
            Problem is null ? Task.FromResult(new ReadinessAnswer(true, "fine")) : throw new InvalidOperationException(Problem);
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
