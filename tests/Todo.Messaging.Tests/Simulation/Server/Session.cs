using Npgsql;
using Todo.Operator.Tests.Simulation.Time;

namespace Todo.Messaging.Tests.Simulation.Server;

/// <summary>A connection at the server: its transaction, its session locks, and what becomes of them when either end goes away.</summary>
internal sealed class Session(SimulatedServer server, SimulatedProcess owner, int id)
{
    private Work? _work;
    private bool _failed;
    private bool _running;
    private bool _ending;
    private bool _ended;
    private TaskCompletionSource<IReadOnlyList<Answer>>? _reply;

    public SimulatedProcess Owner => owner;

    public string Name => $"{owner.Name}/{id}";

    /// <summary>In the client's eyes.</summary>
    public bool IsLost { get; private set; }

    public bool InTransaction { get; private set; }

    public bool IsWaiting => _work?.IsWaiting == true;

    /// <summary>Sends statements in one round trip: all of them or those up to the first that fails.</summary>
    /// <exception cref="NpgsqlException">As Npgsql throws it.</exception>
    public Task<IReadOnlyList<Answer>> SendAsync(IReadOnlyList<Request> requests)
    {
        _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
        if (IsLost)
        {
            Lose();
            return _reply.Task;
        }

        var fate = server.FateOf(this, requests);
        server.After(server.Latency(), () => Arrive(requests, fate));
        return _reply.Task;
    }

    /// <summary>The client gives it back, or is gone. What it had begun ends when the server hears of it; a statement that runs is run to its end.</summary>
    public void Close(TimeSpan? noticedAfter = null)
    {
        IsLost = true;
        if (!_ending)
        {
            _ending = true;
            server.After(noticedAfter ?? server.Latency(), EndUnlessRunning);
        }
    }

    /// <summary>The server ends it, in the middle of whatever it does.</summary>
    public void Terminate()
    {
        Lose();
        _ending = true;
        _work?.Abort(Errors.Of(PostgresErrorCodes.AdminShutdown, "terminating connection due to administrator command"));
        EndUnlessRunning();
    }

    /// <summary>The client wants no answer any more. Only what waits is stopped by that.</summary>
    public void Cancel() => server.After(
        server.Latency(), () => _work?.Abort(Errors.Of(PostgresErrorCodes.QueryCanceled, "canceling statement due to user request")));

    private void Lose()
    {
        IsLost = true;
        _reply?.TrySetException(new NpgsqlException("Exception while reading from stream", new IOException("the connection is gone")));
    }

    private void Arrive(IReadOnlyList<Request> requests, Fate fate)
    {
        if (fate == Fate.LostBefore)
        {
            server.Trace($"{Name} is cut before {SimulatedServer.Describe(requests)}");
            Lose();
            Close(server.NoticeAfter());
        }
        else if (!_ended)
        {
            _running = true;
            server.Run(() => _ = RunAsync(requests, fate));
        }
    }

    private async Task RunAsync(IReadOnlyList<Request> requests, Fate fate)
    {
        var answers = new List<Answer>(requests.Count);
        Exception? error = null;
        try
        {
            foreach (var request in requests)
            {
                answers.Add(await RunAsync(request));
            }

            if (!InTransaction)
            {
                EndWork(commit: true);
            }
        }
        catch (Exception e)
        {
            error = e;
            _failed = InTransaction;
            EndWork(commit: false);
        }

        server.Ran(requests);
        server.Trace($"{Name} {SimulatedServer.Describe(requests)} -> {error?.Message ?? string.Join(' ', answers.Select(x => x.Rows.Count))}");
        _running = false;
        if (fate == Fate.LostAfter)
        {
            server.Trace($"{Name} is cut after it");
            Lose();
        }

        if (_ending)
        {
            End();
        }
        else if (fate == Fate.LostAfter)
        {
            Close(server.NoticeAfter());
        }

        server.After(server.Latency(), () => Reply(answers, error));
    }

    private void Reply(IReadOnlyList<Answer> answers, Exception? error)
    {
        if (error is not null)
        {
            _reply!.TrySetException(error);
        }
        else
        {
            _reply!.TrySetResult(answers);
        }
    }

    private async ValueTask<Answer> RunAsync(Request request)
    {
        switch (request.Sql)
        {
            case "begin":
                InTransaction = true;
                return Answer.Nothing;
            case "commit" or "rollback":
                // A failed transaction is rolled back, whatever is asked for.
                EndWork(commit: request.Sql == "commit" && !_failed);
                (InTransaction, _failed) = (false, false);
                return Answer.Nothing;
            case var _ when _failed:
                throw Errors.Of(PostgresErrorCodes.InFailedSqlTransaction, "current transaction is aborted, commands ignored until end of transaction block");
            default:
                return await server.StatementOf(request.Sql)(_work ??= new(this), request.Values);
        }
    }

    private void EndWork(bool commit)
    {
        var work = _work;
        _work = null;
        if (commit)
        {
            work?.Commit();
        }
        else
        {
            work?.Rollback();
        }
    }

    private void EndUnlessRunning()
    {
        if (!_running)
        {
            End();
        }
    }

    private void End()
    {
        _ended = true;
        EndWork(commit: false);
        server.Forget(this);
    }
}
