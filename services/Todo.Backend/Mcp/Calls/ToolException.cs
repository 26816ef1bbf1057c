namespace Todo.Backend.Mcp.Calls;

/// <summary>Ends a call with an error that its caller, a language model as a rule, can act upon.</summary>
internal sealed class ToolException(ToolError error) : Exception(error.Message)
{
    public ToolError Error { get; } = error;

    /// <summary>One argument is at fault.</summary>
    public static ToolException For(string argument, string message, string? code = null) =>
        For(new Dictionary<string, string> { [argument] = message }, code);

    /// <summary>Arguments with what is wrong with each.</summary>
    public static ToolException For(IReadOnlyDictionary<string, string> arguments, string? code = null) => new(new ToolError(
        code ?? (arguments.Count == 1 ? ErrorCodes.Of(arguments.First().Key) : ErrorCodes.Validation),
        string.Join(" ", arguments.Select(argument => $"{argument.Key}: {argument.Value}")),
        new ErrorDetails { Arguments = arguments }));
}

/// <summary>What a failed call answers.</summary>
/// <param name="Code">One of <see cref="ErrorCodes"/>.</param>
/// <param name="Message">For people and models: what is wrong and what is accepted.</param>
internal sealed record ToolError(string Code, string Message, ErrorDetails? Details = null)
{
    public string Status { get; } = "error";
}

/// <summary>What can be said besides.</summary>
internal sealed record ErrorDetails
{
    /// <summary>By argument: what is wrong with it.</summary>
    public IReadOnlyDictionary<string, string>? Arguments { get; init; }

    /// <summary>The task that there is not.</summary>
    public long? RequestedTaskId { get; init; }

    /// <summary>The category or tag that has the name already.</summary>
    public Existing? Existing { get; init; }

    /// <summary>Tasks that there are.</summary>
    public IReadOnlyList<Suggestion>? Suggestions { get; init; }
}

/// <summary>A task that may have been meant.</summary>
internal sealed record Suggestion(long Id, string Title);

/// <summary>What may be used instead of another of the same name.</summary>
internal sealed record Existing(long Id, string Name, string? Color);

/// <summary>Codes of errors, those of the system before this one where it had them.</summary>
internal static class ErrorCodes
{
    public const string Validation = "VALIDATION_ERROR";
    public const string InvalidRequest = "INVALID_REQUEST";
    public const string TaskNotFound = "TASK_NOT_FOUND";
    public const string CategoryNotFound = "CATEGORY_NOT_FOUND";
    public const string TagNotFound = "TAG_NOT_FOUND";
    public const string NameTaken = "NAME_TAKEN";
    public const string LimitReached = "LIMIT_REACHED";
    public const string TooManyTags = "TOO_MANY_TAGS";
    public const string Unavailable = "UNAVAILABLE";
    public const string Internal = "INTERNAL_ERROR";

    /// <summary>The code of an argument that is not as it should be.</summary>
    public static string Of(string argument) => argument switch
    {
        "priority" => "INVALID_PRIORITY",
        "due_date" => "INVALID_DUE_DATE",
        "recurrence_rule" => "INVALID_RECURRENCE_RULE",
        _ => Validation,
    };
}
