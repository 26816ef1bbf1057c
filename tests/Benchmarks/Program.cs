using System.CommandLine;
using Benchmarks;
using Benchmarks.Messaging;
using Benchmarks.Recurrence;
using Benchmarks.Runtime;
using Benchmarks.Services;

if (args is [OperatorProcess.Argument])
{
    return await OperatorProcess.RunAsync();
}

Benchmark[] all =
[
    new("relay", "events that one instance sends from its outbox in a second, over each transport", RelayBenchmark.RunAsync),
    new("inbox", "events that one instance handles in a second, over each transport", InboxBenchmark.RunAsync),
    new("latency", "from commit and from sending to handled, at 200 events a second, over each transport", LatencyBenchmark.RunAsync),
    new("request", "what an event adds to the transaction of its request", RequestBenchmark.RunAsync),
    new("ledger", "an answer of the ledger with ten million closed deliveries (BENCH_CLOSED)", LedgerBenchmark.RunAsync),
    new("sync", "CPU to bring ten thousand pods into the operator's cache, beside plain deserialisation", SyncBenchmark.RunAsync),
    new("reaction", "from an event to the reconcile that it causes", ReactionBenchmark.RunAsync),
    new("memory", "private memory of ten thousand objects in the operator's cache, and of the operator with 1, 100 and 1,000 platforms (BENCH_PLATFORMS)", MemoryBenchmark.RunAsync),
    new("creates", "a thousand tasks created at once through the API, until every event is handled, over each transport", CreatesBenchmark.RunAsync),
    new("due", "from the moment of a reminder to its mail", DueBenchmark.RunAsync),
    new("recurrence", "the next occurrence of a rule, years after its start, beside dateutil and npm's rrule", RecurrenceBenchmark.RunAsync),
];

var names = new Argument<string[]>("names") { Description = "Which to run; all when none is named", Arity = ArgumentArity.ZeroOrMore };
names.AcceptOnlyFromAmong([.. all.Select(x => x.Name)]);
var root = new RootCommand("Measures what docs/performance.md quotes, each beside a peer or a limit of the same machine, and prints a table.\n\n"
    + string.Join('\n', all.Select(x => $"  {x.Name,-10} {x.Description}")))
{
    names,
};
root.SetAction(async (parsed, cancellationToken) =>
{
    var chosen = parsed.GetValue(names) is { Length: > 0 } some ? all.Where(x => some.Contains(x.Name, StringComparer.Ordinal)) : all;
    return await Report.RunAsync(chosen, Console.Out, cancellationToken) ? 0 : 1;
});
return await root.Parse(args).InvokeAsync();
