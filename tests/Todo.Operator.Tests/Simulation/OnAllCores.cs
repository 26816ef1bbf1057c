namespace Todo.Operator.Tests.Simulation;

/// <summary>Runs are played on all cores: beside them, tests with real servers and time limits would measure the machine.</summary>
[CollectionDefinition(nameof(OnAllCores), DisableParallelization = true)]
public sealed class OnAllCores;
