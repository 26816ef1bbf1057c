using System.Text.Json.Nodes;
using Todo.Kubectl.Tests.Support;

namespace Todo.Kubectl.Tests;

/// <summary><c>status</c>, once.</summary>
public sealed class StatusTests(SharedServer server) : PlatformTest(server)
{
    [Fact]
    public async Task Everything_is_on_one_screen()
    {
        await CreateAsync();
        await ChangeAsync("""{"spec":{"broker":"redis"},"metadata":{"annotations":{"platform.todo.io/abort":"a1","platform.todo.io/retry":"r1"}}}""");
        await ReportAsync(Swapping());

        var ended = await Plugin.RunAsync("status", "todo");

        Assert.Equal(
            $"""
            Platform:   {Namespace}/todo
            Wanted:     redis through Dapr
            Phase:      Swapping
            Stage:      Publishers 1/2
            Message:    Waiting for backend.
            Move:       dapr-kafka → dapr-redis, epoch 5, Spec, begun 42h ago, under way
            Step:       Publishers backend, since 30h

            SERVICE                      PUBLISHING   CONSUMING                SIDECAR   READY   RESTARTS   MESSAGE
            ├── backend                  dapr-kafka   -                        ready     2/2     0          -
            └── email-delivery-service   -            dapr-kafka, dapr-redis   missing   0/1     3          Rolling out.

            TRANSPORT        STATE      PUBLISHERS   CONSUMERS   IN FLIGHT   OLDEST   HELD   REPLAYED   DEAD   LEFT
            ├── dapr-redis   Target     0            1           7           25m      2      0          0      -
            └── dapr-kafka   Draining   1            1           0           -        0      4          1      3

            ANALYSIS       WINDOW   PUBLISHED   HANDLED   FAILED      P50    P95
            ├── baseline   30 s     600         590       0 (0 %)     4 ms   9.5 ms
            └── current    2 s      40          39        2 (4.9 %)   5 ms   21 ms
            Verdict: Failed. p95 is 21 ms.

            CONDITION        STATUS   REASON               SINCE   MESSAGE
            Available        False    ServiceUnavailable   20h     Not available: email-delivery.
            AnalysisPassed   False    Failed               25h     p95 is 21 ms.

            CHECK          RESULT    MESSAGE
            kafka-topics   Failed    Topic task-events does not exist.
            redis          Unknown   No answer within 5 s.

            REQUEST   TAKEN UP   RESULT
            retry     not yet    -
            abort     35h ago    Refused: no move is under way.

            ENDED       FROM           TO           RESULT       TOOK     REASON
            2d12h ago   direct-kafka   dapr-kafka   Completed    48 s     Spec
            43h ago     dapr-kafka     dapr-redis   RolledBack   31.5 s   [AnalysisFailed] 7 % failed.
            10h ago     direct-kafka   dapr-kafka   Completed    48 s     Spec

            """,
            ended.Output);
        Assert.Equal((0, string.Empty), (ended.ExitCode, ended.Error));
    }

    [Fact]
    public async Task Before_the_first_visit_it_says_so()
    {
        await CreateAsync();
        var ended = await Plugin.RunAsync("status", "todo");
        Assert.Equal(
            $"""
            Platform:   {Namespace}/todo
            Wanted:     kafka through Dapr
            Phase:      The operator has not looked at it yet.

            """,
            ended.Output);
    }

    [Fact]
    public async Task A_status_of_an_older_spec_says_so_and_a_platform_at_rest_shows_nothing_else()
    {
        await CreateAsync();
        await ReportAsync("""{"observedGeneration":1,"phase":"Migrated","stage":"Done","progress":"4/4","message":"All is well.","conditions":[{"type":"Migrated","status":"True"},{"type":"Degraded","status":"False"}]}""");
        await ChangeAsync("""{"spec":{"broker":"redis"}}""");
        var ended = await Plugin.RunAsync("status");
        Assert.Equal(
            $"""
            Platform:    {Namespace}/todo
            Wanted:      redis through Dapr
            Attention:   This is about generation 1; the operator has not looked at generation 2 yet.
            Phase:       Migrated
            Stage:       Done 4/4
            Message:     All is well.

            """,
            ended.Output);
    }

    [Fact]
    public async Task Json_has_the_status_and_what_wants_attention()
    {
        await CreateAsync();
        await ChangeAsync("""{"metadata":{"annotations":{"platform.todo.io/abort":"a1","platform.todo.io/retry":"r1"}}}""");
        await ReportAsync(Swapping(generation: 1));
        var ended = await Plugin.RunAsync("status", "todo", "-o", "json");
        var report = JsonNode.Parse(ended.Output)!;
        Assert.Equal(0, ended.ExitCode);
        Assert.Equal(("todo", Namespace, "UnderWay"), ((string?)report["name"], (string?)report["namespace"], (string?)report["outcome"]));
        Assert.Equal("""[{"request":"retry","token":"r1"}]""", report["requests"]!.ToJsonString());
        Assert.Equal(["Available", "AnalysisPassed"], report["conditions"]!.AsArray().Select(c => (string)c!["type"]!));
        Assert.Equal(["kafka-topics", "redis"], report["checks"]!.AsArray().Select(c => (string)c!["name"]!));
        Assert.Equal(7, (long)report["status"]!["transports"]![0]!["inFlight"]!);
    }

    [Fact]
    public async Task Kubectl_finds_it_on_the_path_and_hands_on_what_it_says_and_its_exit_code()
    {
        await CreateAsync();
        var seen = await Plugin.ByKubectlAsync("status", "todo", "-n", Namespace);
        Assert.Equal((0, string.Empty), (seen.ExitCode, seen.Error));
        Assert.StartsWith($"Platform:   {Namespace}/todo\n", seen.Output, StringComparison.Ordinal);

        var missing = await Plugin.ByKubectlAsync("status", "other");
        Assert.Equal((3, string.Empty, $"error: There is no TodoPlatform \"other\" in namespace {Namespace}.\n"), (missing.ExitCode, missing.Output, missing.Error));
    }

    [Fact]
    public async Task A_terminal_has_colour_unless_it_is_not_wanted()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/script"), "script (bsdutils) is not installed");
        await CreateAsync();
        await ReportAsync("""{"observedGeneration":1,"phase":"Degraded","stage":"Drain"}""");
        Plugin.Environment["TERM"] = "xterm-256color";
        var colour = await Plugin.RunOtherAsync("script", "-qec", $"{Plugin.Program} status", "/dev/null");
        Assert.Matches("\u001b\\[[0-9;]*mDegraded", colour.Output);

        Plugin.Environment["NO_COLOR"] = "1";
        var plain = await Plugin.RunOtherAsync("script", "-qec", $"{Plugin.Program} status", "/dev/null");
        Assert.DoesNotMatch("\u001b\\[[0-9;]*m", plain.Output);
        Assert.Contains("Phase:      Degraded", plain.Output);
    }

    private static string Swapping(int generation = 2) => $$"""
        {
          "observedGeneration": {{generation}}, "phase": "Swapping", "stage": "Publishers", "progress": "1/2", "message": "Waiting for backend.", "inFlight": 7,
          "move": { "epoch": 5, "generation": 2, "from": "dapr-kafka", "target": "dapr-redis", "reason": "Spec", "startedAt": "{{Time(TimeSpan.FromHours(42.5))}}",
            "step": "Publishers backend", "stepSince": "{{Time(TimeSpan.FromHours(30.5))}}" },
          "services": [
            { "name": "backend", "deployment": "backend", "publishing": "dapr-kafka", "sidecar": "ready", "ready": "2/2", "restarts": 0 },
            { "name": "email-delivery-service", "deployment": "email-delivery", "consuming": "dapr-kafka, dapr-redis", "sidecar": "missing", "ready": "0/1", "restarts": 3, "message": "Rolling out." } ],
          "transports": [
            { "name": "dapr-redis", "publishers": 0, "consumers": 1, "inFlight": 7, "oldestSeconds": 1510, "held": 2, "replayed": 0, "dead": 0, "state": "Target" },
            { "name": "dapr-kafka", "publishers": 1, "consumers": 1, "inFlight": 0, "oldestSeconds": 0, "held": 0, "replayed": 4, "dead": 1, "left": 3, "state": "Draining" } ],
          "preflight": [
            { "name": "kafka-topics", "result": "Failed", "message": "Topic task-events does not exist." },
            { "name": "redis", "result": "Unknown", "message": "No answer within 5 s." },
            { "name": "dapr", "result": "Passed", "message": "1.18.3" } ],
          "analysis": {
            "baseline": { "seconds": 30, "published": 600, "events": 590, "failed": 0, "failurePercent": 0, "p50": 4, "p95": 9.5 },
            "current": { "seconds": 2, "published": 40, "events": 39, "failed": 2, "failurePercent": 4.9, "p50": 5, "p95": 21 },
            "verdict": "Failed", "message": "p95 is 21 ms.", "failures": 2, "errors": 0, "inconclusive": 0, "oldestSeconds": 0 },
          "acknowledged": [ { "request": "abort", "token": "a1", "at": "{{(Now - TimeSpan.FromHours(35.5)).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'")}}", "result": "Refused: no move is under way." } ],
          "conditions": [
            { "type": "Available", "status": "False", "reason": "ServiceUnavailable", "message": "Not available: email-delivery.", "lastTransitionTime": "{{Time(TimeSpan.FromHours(20.5))}}" },
            { "type": "Progressing", "status": "True", "reason": "Publishers", "message": "", "lastTransitionTime": "{{Time(TimeSpan.FromMinutes(42))}}" },
            { "type": "Migrated", "status": "False", "reason": "Swapping", "message": "", "lastTransitionTime": "{{Time(TimeSpan.FromMinutes(42))}}" },
            { "type": "AnalysisPassed", "status": "False", "reason": "Failed", "message": "p95 is 21 ms.", "lastTransitionTime": "{{Time(TimeSpan.FromHours(25.5))}}" },
            { "type": "Degraded", "status": "False", "reason": "AsExpected", "message": "", "lastTransitionTime": "{{Time(TimeSpan.FromMinutes(42))}}" } ],
          "history": [
            { "when": "{{Time(TimeSpan.FromHours(200))}}", "from": "dapr-kafka", "to": "direct-kafka", "result": "Completed", "seconds": 1, "reason": "Oldest" },
            { "when": "{{Time(TimeSpan.FromHours(60.5))}}", "from": "direct-kafka", "to": "dapr-kafka", "result": "Completed", "seconds": 48, "reason": "Spec" },
            { "when": "{{Time(TimeSpan.FromHours(43.5))}}", "from": "dapr-kafka", "to": "dapr-redis", "result": "RolledBack", "seconds": 31.5, "reason": "[AnalysisFailed] 7 % failed." },
            { "when": "{{Time(TimeSpan.FromHours(10.5))}}", "from": "direct-kafka", "to": "dapr-kafka", "result": "Completed", "seconds": 48, "reason": "Spec" } ]
        }
        """;
}
