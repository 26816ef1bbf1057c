namespace Todo.Operator.Execution;

/// <summary>Under whose name fields are written: one each, so that an apply of one never takes back what another has set.</summary>
public static class FieldManagers
{
    /// <summary>Generated objects.</summary>
    public const string Generated = "todo-operator";

    /// <summary>What a deletion with Retain says of them.</summary>
    public const string Retained = "todo-operator-retained";

    /// <summary>Fields of the Deployments.</summary>
    public const string Deployment = "todo-operator-deployment";

    /// <summary>Status of the platform.</summary>
    public const string Status = "todo-operator-status";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Generated, Retained, Deployment, Status];
}
