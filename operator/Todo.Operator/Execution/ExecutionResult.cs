using Todo.Operator.Decisions;

namespace Todo.Operator.Execution;

/// <summary>What became of a decision's actions.</summary>
/// <param name="Memory">The memory, with what the actions themselves have brought.</param>
/// <param name="Problems">What could not be done and will not cure itself, in words; empty when all went well.</param>
/// <param name="Delay">Why something was not done yet, when that may cure itself; null: nothing was in the way.</param>
/// <param name="Complete">Every action was done.</param>
public sealed record ExecutionResult(MoveMemory Memory, IReadOnlyList<string> Problems, string? Delay, bool Complete);
