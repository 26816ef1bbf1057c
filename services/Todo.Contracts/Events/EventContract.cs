namespace Todo.Contracts;

/// <summary>What is agreed on about one type of event.</summary>
/// <param name="Type">CloudEvents <c>type</c>.</param>
/// <param name="Data">Record of CloudEvents <c>data</c>.</param>
/// <param name="Topic">Where it is published, or null where that depends on the consumer.</param>
/// <param name="Key">Form of the partition key.</param>
/// <param name="Producers">App-ids that publish it; none where the operation is part of the contract only.</param>
public sealed record EventContract(string Type, Type Data, string? Topic, string Key, IReadOnlyList<string> Producers);
