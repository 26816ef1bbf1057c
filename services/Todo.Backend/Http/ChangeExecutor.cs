using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Todo.Backend.Changes;
using Todo.Backend.Idempotency;
using Todo.Backend.Rules;
using Todo.Backend.Security;

namespace Todo.Backend.Http;

/// <summary>Runs a change and writes its answer, which is remembered in the same transaction where the request has an Idempotency-Key.</summary>
internal sealed class ChangeExecutor(ChangeRunner changes)
{
    private const string KeyHeader = "Idempotency-Key";

    /// <param name="work">The change; commits when its answer is a success.</param>
    public async Task ExecuteAsync(HttpContext context, byte[] body, Func<NpgsqlTransaction, Caller, CancellationToken, Task<Answer>> work)
    {
        var caller = Caller.Of(context.User);
        var key = context.Request.Headers[KeyHeader].ToString();
        if (key.Length > 0 && !IdempotencyStore.IsValid(key))
        {
            await Answer.Of(Problem.Invalid(KeyHeader, $"1 to {IdempotencyStore.MaxKeyLength} visible ASCII characters.")).WriteAsync(context);
            return;
        }

        Answer answer;
        try
        {
            answer = await RunAsync(context, caller, key, body, work);
        }
        catch (RefusedException e)
        {
            answer = Answer.Of(Problem.Refused(e.Refusal));
        }

        await answer.WriteAsync(context);
    }

    private Task<Answer> RunAsync(
        HttpContext context, Caller caller, string key, byte[] body, Func<NpgsqlTransaction, Caller, CancellationToken, Task<Answer>> work)
    {
        var cancellationToken = context.RequestAborted;
        return changes.RunAsync(
            caller,
            async transaction =>
            {
                if (key.Length > 0)
                {
                    var claim = await IdempotencyStore.ClaimAsync(transaction, caller.UserId, key, HashOf(context.Request, body), cancellationToken);
                    if (claim.Answer is { } stored)
                    {
                        if (claim.IsReplay)
                        {
                            context.Response.Headers["Idempotency-Replayed"] = "true";
                        }

                        return (stored, false);
                    }
                }

                var answer = await work(transaction, caller, cancellationToken);
                if (answer.IsSuccess && key.Length > 0)
                {
                    await IdempotencyStore.StoreAsync(transaction, caller.UserId, key, answer, cancellationToken);
                }

                return (answer, answer.IsSuccess);
            },
            cancellationToken);
    }

    private static byte[] HashOf(HttpRequest request, byte[] body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}\n"));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }
}
