namespace Todo.Backend.Rules;

/// <summary>Why a valid request is not done: something in the caller's own data is against it.</summary>
internal enum RefusalKind
{
    /// <summary>What the request refers to does not exist, or not for this user.</summary>
    NoSuchObject,

    /// <summary>The user has another one of this name.</summary>
    NameTaken,

    /// <summary>The user, or the task, has as many as it may have.</summary>
    LimitReached,

    /// <summary>As the task is at present, it can't be done.</summary>
    NotPossible,
}

/// <param name="Field">The argument that it is about, as REST names it.</param>
/// <param name="Message">For people and models: what is wrong and what would be right.</param>
internal sealed record Refusal(RefusalKind Kind, string Field, string Message);

/// <summary>Thrown by the application layer; the transaction it was thrown in must be rolled back.</summary>
internal sealed class RefusedException(Refusal refusal) : Exception(refusal.Message)
{
    public Refusal Refusal { get; } = refusal;
}
