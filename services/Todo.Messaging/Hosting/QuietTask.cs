using System.Runtime.CompilerServices;

namespace Todo.Messaging.Hosting;

internal static class QuietTask
{
    /// <summary>
    /// Awaits a task whose end is all that matters. Goes on in the caller's context: a service has none, but in simulation it is the process that awaits.
    /// </summary>
    public static ConfiguredTaskAwaitable Quietly(this Task task) =>
        task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
}
