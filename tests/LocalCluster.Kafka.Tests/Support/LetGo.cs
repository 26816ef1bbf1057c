using System.Reflection;
using System.Runtime.ExceptionServices;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>A client that is let go of within a limit.</summary>
/// <remarks>
/// librdkafka 2.0 joins its threads when a client is destroyed, and one of them may never end (seen: a topic that the client knew was deleted and made again
/// shortly before). A call that still waits for an answer keeps the client from going, too. Neither says anything about the broker: the client is left behind
/// then, with a warning, and the test says what it has to say.
/// </remarks>
#pragma warning disable CA1852 // A proxy is a subclass made at run time.
internal class LetGo<T> : DispatchProxy where T : class, IDisposable
#pragma warning restore CA1852
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private T _client = null!;
    private TimeSpan _limit;

    public static T Of(T client, TimeSpan? limit = null)
    {
        var proxy = Create<T, LetGo<T>>();
        var own = (LetGo<T>)(object)proxy;
        (own._client, own._limit) = (client, limit ?? Limit);
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (targetMethod!.Name == nameof(IDisposable.Dispose))
        {
            End();
            return null;
        }

        try
        {
            return targetMethod.Invoke(_client, args);
        }
        catch (TargetInvocationException thrown)
        {
            ExceptionDispatchInfo.Throw(thrown.InnerException!);
            throw;
        }
    }

    private void End()
    {
        var ending = new Thread(_client.Dispose) { IsBackground = true };
        ending.Start();
        if (!ending.Join(_limit))
        {
            TestContext.Current.AddWarning($"librdkafka did not let go of {typeof(T).Name} within {_limit.TotalSeconds:0.#} s.");
        }
    }
}
