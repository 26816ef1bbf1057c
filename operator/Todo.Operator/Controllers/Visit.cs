namespace Todo.Operator.Controllers;

/// <summary>How a look at a platform ended.</summary>
/// <param name="Again">When to look again without an event; null: only on an event.</param>
/// <param name="MayGo">Nothing keeps a resource that is being deleted.</param>
public sealed record Visit(TimeSpan? Again, bool MayGo = false);
