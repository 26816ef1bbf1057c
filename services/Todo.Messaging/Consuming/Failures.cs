using Todo.Messaging.Schema;

namespace Todo.Messaging.Consuming;

/// <summary>What a failed attempt means.</summary>
internal enum FailureKind
{
    /// <summary>Goes away by itself: delivered again without limit.</summary>
    Transient,

    /// <summary>Counts; dead after <c>DELIVERY_MAX_RETRIES</c>.</summary>
    Attempt,

    /// <summary>Dead at once.</summary>
    Poison,

    /// <summary>Nothing is left to be done.</summary>
    Superseded,
}

internal static class Failures
{
    private const int LongestError = 2000;

    /// <summary>Judges by type and error code, wrapped errors included; never by a message.</summary>
    public static FailureKind Classify(Exception error)
    {
        for (var e = error; e is not null; e = e.InnerException)
        {
            switch (e)
            {
                case PoisonEventException:
                    return FailureKind.Poison;
                case SupersededEventException:
                    return FailureKind.Superseded;
                // A handler that runs into its time limit is cancelled.
                case OperationCanceledException or HttpRequestException:
                case var _ when DatabaseErrors.IsTransient(e):
                    return FailureKind.Transient;
            }
        }

        return FailureKind.Attempt;
    }

    /// <summary>For the ledger: types and messages of the whole chain, without stack traces.</summary>
    public static string Describe(Exception error)
    {
        var parts = new List<string>();
        for (var e = error; e is not null; e = e.InnerException)
        {
            parts.Add($"{e.GetType().Name}: {e.Message}");
        }

        var text = string.Join(" <- ", parts);
        // PostgreSQL's text holds no NUL.
        text = text.Replace("\0", "", StringComparison.Ordinal);
        return text.Length <= LongestError ? text : text[..LongestError];
    }
}
