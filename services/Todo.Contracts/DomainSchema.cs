using System.Reflection;

namespace Todo.Contracts;

/// <summary>
/// The tables that the services share, as numbered SQL files embedded in this assembly: one database, so one schema, applied by whichever service starts first.
/// </summary>
public static class DomainSchema
{
    /// <summary>Name of the set in the table of applied migrations.</summary>
    public const string Name = "todo";

    /// <summary>What the embedded files' names start with.</summary>
    public const string Prefix = "todo/";

    /// <summary>Where they are.</summary>
    public static Assembly Assembly => typeof(DomainSchema).Assembly;
}
