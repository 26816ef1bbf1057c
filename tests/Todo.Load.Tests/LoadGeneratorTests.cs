using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Todo.Load.Journaling;

namespace Todo.Load.Tests;

public sealed class LoadGeneratorTests : IDisposable
{
    private const string Secret = "a secret of at least thirty-two bytes";
    private readonly string _journal = Path.GetTempFileName();

    [Fact]
    public async Task The_rate_is_kept_and_everything_counted_is_in_the_journal()
    {
        await using var backend = await RecordingBackend.StartAsync();
        await using var load = Generator(backend.Address, rate: 200);
        load.Start();
        await UntilAsync(() => load.Snapshot().Acknowledged >= 400);
        var elapsed = load.Snapshot().Elapsed;
        await load.StopAsync();

        var journal = Journal.Read(_journal);
        Assert.True(elapsed > TimeSpan.FromSeconds(1.9), $"400 requests within {elapsed}");
        Assert.Equal(load.Snapshot().Acknowledged, journal.Count);
        Assert.Equal(backend.Requests.Count, journal.Count);
        Assert.All(Enum.GetValues<Operation>(), operation => Assert.Contains(journal, e => e.Operation == operation));
        Assert.All(Enum.GetValues<TaskKind>(), kind => Assert.Contains(journal, e => e.Kind == kind));
        Assert.InRange(load.Snapshot().P95, load.Snapshot().P50, double.MaxValue);
    }

    [Fact]
    public async Task Each_change_has_a_key_of_its_own_and_each_request_the_users_token()
    {
        await using var backend = await RecordingBackend.StartAsync();
        await using (var load = Generator(backend.Address, rate: 300))
        {
            load.Start();
            await UntilAsync(() => backend.Requests.Count > 150);
        }

        var keys = backend.Requests.Where(r => r.Method != "GET").Select(r => r.Key).ToList();
        Assert.DoesNotContain(null, keys);
        Assert.Equal(keys.Count, keys.Distinct(StringComparer.Ordinal).Count());
        Assert.All(backend.Requests.Select(r => r.Authorization!).Distinct(StringComparer.Ordinal), authorization =>
        {
            var parts = authorization["Bearer ".Length..].Split('.');
            var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"));
            var claims = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[1])).RootElement;
            Assert.Equal(Base64Url.EncodeToString(signature), parts[2]);
            Assert.Equal($"{claims.GetProperty("sub").GetString()}@example.test", claims.GetProperty("email").GetString());
            Assert.True(claims.GetProperty("exp").GetInt64() > DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 1000);
        });
    }

    [Fact]
    public async Task Refused_and_unanswered_requests_are_told_apart_and_never_sent_again()
    {
        var number = 0;
        await using var backend = await RecordingBackend.StartAsync(context =>
        {
            switch (Interlocked.Increment(ref number) % 4)
            {
                case 0:
                    context.Response.StatusCode = 503;
                    return true;
                case 1:
                    context.Abort();
                    return true;
                default:
                    return false;
            }
        });
        await using var load = Generator(backend.Address, rate: 200, mix: new OperationMix(List: 0));
        load.Start();
        await UntilAsync(() => load.Snapshot() is { Refused: > 30, Failed: > 30, Acknowledged: > 30 });
        await load.StopAsync();

        var journal = Journal.Read(_journal);
        Assert.Equal(backend.Requests.Count, journal.Count);
        Assert.Equal(load.Snapshot().Refused, journal.Count(e => e is { Outcome: Outcome.Refused, Status: 503 }));
        Assert.Equal(load.Snapshot().Failed, journal.Count(e => e is { Outcome: Outcome.Failed, Status: 0, Error: not null }));
        Assert.All(journal.Where(e => e.IsDoubtful), doubtful => Assert.DoesNotContain(journal, later => later.At > doubtful.At && later.Tag == doubtful.Tag));
    }

    [Fact]
    public async Task Where_it_is_asked_for_a_doubtful_change_is_sent_again_with_its_key_until_somebody_says_what_became_of_it()
    {
        var seen = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        await using var backend = await RecordingBackend.StartAsync(context =>
        {
            if (context.Request.Headers["Idempotency-Key"].ToString() is not { Length: > 0 } key || seen.AddOrUpdate(key, 1, (_, n) => n + 1) > 2)
            {
                return false;
            }

            context.Response.StatusCode = 503;
            return true;
        });
        await using var load = Generator(backend.Address, rate: 100, repeatFor: TimeSpan.FromSeconds(60));
        load.Start();
        await UntilAsync(() => load.Snapshot().Acknowledged > 50);
        await load.StopAsync();

        Assert.Equal((0, 0), (load.Snapshot().Refused, load.Snapshot().Failed));
        Assert.All(seen.Values, times => Assert.Equal(3, times));
        Assert.All(
            Journal.Read(_journal).Where(e => e.Key is not null).GroupBy(e => e.Key),
            sendings => Assert.Equal([503, 503, 2], sendings.Select(e => e.Status == 503 ? 503 : e.Status / 100)));
    }

    [Fact]
    public async Task Figures_since_a_mark_leave_out_what_was_before()
    {
        await using var backend = await RecordingBackend.StartAsync();
        await using var load = Generator(backend.Address, rate: 200);
        load.Start();
        await UntilAsync(() => load.Snapshot().Acknowledged > 50);
        await load.StopAsync();

        Assert.Equal((0, 0, 0), (load.Snapshot(load.Mark()).Acknowledged, load.Snapshot(load.Mark()).P50, load.Snapshot(load.Mark()).P95));
    }

    [Fact]
    public async Task A_backend_that_is_not_there_fails_requests_and_nothing_else()
    {
        using var taken = new TcpListener(IPAddress.Parse("127.63.3.2"), 0);
        taken.Start();
        var address = new Uri($"http://{taken.LocalEndpoint}");
        taken.Stop();
        await using var load = Generator(address, rate: 100);
        load.Start();
        await UntilAsync(() => load.Snapshot().Failed > 20);

        Assert.Equal(0, load.Snapshot().Acknowledged);
    }

    public void Dispose() => File.Delete(_journal);

    private LoadGenerator Generator(Uri backend, double rate, OperationMix? mix = null, TimeSpan repeatFor = default) => new(new LoadOptions
    {
        Backend = backend,
        JwtSecret = Secret,
        Journal = _journal,
        Rate = rate,
        Mix = mix ?? new OperationMix(),
        RepeatFor = repeatFor,
    });

    private static async Task UntilAsync(Func<bool> condition)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), "not within 60 s");
            await Task.Delay(10);
        }
    }
}
