using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Npgsql;
using Todo.Backend.Changes;
using Todo.Backend.Http;
using Todo.Backend.Idempotency;
using Todo.Backend.Security;

namespace Todo.Backend.Mcp.Calls;

/// <summary>One call of a tool: who calls, and the transaction of what it changes.</summary>
internal sealed class ToolSession(ChangeRunner changes)
{
    private Caller? _caller;

    /// <summary>From the token; set before a tool can be reached.</summary>
    public Caller Caller
    {
        get => _caller ?? throw new InvalidOperationException("Nobody is signed in.");
        set => _caller = value;
    }

    public string UserId => Caller.UserId;

    /// <summary>Set where the client may repeat the call; null: each call is another.</summary>
    public RepeatableCall? Repeatable { get; set; }

    /// <summary>Whether the change was made by an earlier call, and this one has made none.</summary>
    public bool IsReplay { get; private set; }

    /// <summary>Runs a change; null, or an exception, leaves nothing behind.</summary>
    public Task<T> ChangeAsync<T>(Func<NpgsqlTransaction, Task<T>> work, CancellationToken cancellationToken) => changes.RunAsync(
        Caller,
        async transaction =>
        {
            if (Repeatable is not { } call)
            {
                var done = await work(transaction);
                return (done, done is not null);
            }

            var memory = (JsonTypeInfo<T>)ChangeMemory.Default.GetTypeInfo(typeof(T))!;
            var claim = await IdempotencyStore.ClaimAsync(transaction, UserId, call.Key, call.Hash, cancellationToken);
            if (claim.Answer is { } stored)
            {
                IsReplay = claim.IsReplay ? true : throw RepeatableCall.Refused("The key was used for another call. Take a new one for each operation.");
                return (JsonSerializer.Deserialize(stored.Body, memory)!, false);
            }

            var result = await work(transaction);
            if (result is not null)
            {
                await IdempotencyStore.StoreAsync(
                    transaction, UserId, call.Key, new Answer(StatusCodes.Status200OK, Body: JsonSerializer.SerializeToUtf8Bytes(result, memory)), cancellationToken);
            }

            return (result, result is not null);
        },
        cancellationToken);
}
