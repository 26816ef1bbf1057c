using System.Diagnostics;
using Npgsql;

namespace Todo.Messaging.Tests.Simulation.Comparison;

/// <summary>PostgreSQL, played step by step: a step ends with its answer or when its session waits for a lock.</summary>
internal sealed class RealSide(NpgsqlDataSource database, string connectionString) : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly Dictionary<int, (Task<string> Task, int Process)> _running = [];

    public Side Side { get; } = new(() => new NpgsqlConnection(connectionString + ";Pooling=false"), () => DateTimeOffset.UtcNow);

    /// <param name="expected">Whose answers are awaited: those of them that the simulated database has answered.</param>
    /// <returns>The same as the simulated side's, when both do the same.</returns>
    public async Task<List<(int Session, string Answer)>> PlayAsync(int number, Step step, IReadOnlyCollection<int> expected)
    {
        var connection = (NpgsqlConnection)await Side.ConnectionAsync(step.Session);
        if (step.Kind == StepKind.Break)
        {
            await BreakAsync(connection.ProcessID);
            if (_running.TryGetValue(step.Session, out var waiting))
            {
                await waiting.Task;
            }

            await Side.CloseAsync(step.Session);
        }
        else
        {
            _running[step.Session] = (Side.RunAsync(number, step), connection.ProcessID);
        }

        // One that does not come is missing in the answers.
        await Task.WhenAny(Task.WhenAll(expected.Where(_running.ContainsKey).Select(x => _running[x].Task)), Task.Delay(Limit));
        foreach (var (task, process) in _running.Values)
        {
            await WaitsAsync(task, process);
        }

        var done = _running.Where(x => x.Value.Task.IsCompleted).OrderBy(x => x.Key).Select(x => (x.Key, x.Value.Task.Result)).ToList();
        done.ForEach(x => _running.Remove(x.Key));
        return done;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (task, process) in _running.Values)
        {
            await BreakAsync(process);
            await task;
        }

        await Side.CloseAllAsync();
    }

    /// <summary>Until it has ended, or waits for somebody.</summary>
    private async Task WaitsAsync(Task task, int process)
    {
        var watch = Stopwatch.StartNew();
        while (!task.IsCompleted)
        {
            await using var command = database.CreateCommand("select cardinality(pg_blocking_pids($1)) > 0");
            command.Parameters.Add(new() { Value = process });
            if ((bool)(await command.ExecuteScalarAsync())!)
            {
                return;
            }

            Assert.True(watch.Elapsed < Limit, "a statement neither ends nor waits");
        }
    }

    private async Task BreakAsync(int process)
    {
        await using var command = database.CreateCommand("select pg_terminate_backend($1, 20000)");
        command.Parameters.Add(new() { Value = process });
        await command.ExecuteScalarAsync();
    }
}
