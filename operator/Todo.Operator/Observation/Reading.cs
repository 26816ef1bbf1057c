using Todo.Operator.Generation;

namespace Todo.Operator.Observation;

/// <summary>What a platform's Dapr resources are generated from at the moment: its spec, or on the way back from it what worked before.</summary>
/// <param name="Context">The spec as it counts now, with all brokers that are known.</param>
/// <param name="Generated">Everything that can be generated from it.</param>
/// <param name="Wish">A fingerprint of what the spec itself asks for, whatever counts.</param>
public sealed record Reading(GenerationContext Context, IReadOnlyList<GeneratedObject> Generated, string Wish);
