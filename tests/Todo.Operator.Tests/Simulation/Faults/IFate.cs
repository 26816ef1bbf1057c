using Todo.Operator.Tests.Simulation.Time;

namespace Todo.Operator.Tests.Simulation.Faults;

/// <summary>What becomes of the operator's processes.</summary>
internal interface IFate
{
    /// <summary>A write is sent.</summary>
    void Written(SimulatedProcess process, int number, string what, FaultKind? fault);

    /// <summary>A watch event is tampered with.</summary>
    void Disturbed(SimulatedProcess process, int number, string what, FaultKind fault);

    /// <summary>The process ends; a while later another one is started.</summary>
    void Crash(SimulatedProcess process);

    /// <summary>The process stands still, another one takes over, and then the old one wakes up for a moment.</summary>
    void TakeOver(SimulatedProcess process, FaultyNetwork network);
}
