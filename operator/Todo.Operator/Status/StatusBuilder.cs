using Todo.Operator.Decisions;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Status;

/// <summary>Writes down what was seen and decided. Pure: equal inputs give an equal status, so that a settled platform is not written to.</summary>
public sealed class StatusBuilder(TimeProvider time)
{
    /// <summary>The whole status.</summary>
    public TodoPlatformStatus Build(StatusInputs inputs)
    {
        inputs = inputs with { Decision = WaitingRequests.Named(inputs) };
        var fault = Rest.Fault(inputs);
        var (decision, memory, previous) = (inputs.Decision, inputs.Memory, inputs.Previous);
        var ledger = inputs.Observed.Ledger;
        return new TodoPlatformStatus
        {
            ObservedGeneration = inputs.Observed.Generation,
            Phase = inputs.Problems.Count > 0 || fault is not null ? Phase.Degraded.ToString() : decision.Phase.ToString(),
            Stage = decision.Stage.ToString(),
            Message = inputs.Problems.Count > 0 ? string.Join(" ", inputs.Problems) : fault ?? decision.Message,
            Progress = decision.Progress,
            InFlight = ledger.IsKnown ? ledger.Value!.Transports.Values.Sum(t => t.InFlight) : previous?.InFlight,
            LastRollback = memory.Failure?.At ?? previous?.LastRollback,
            Move = MemoryMapper.Write(memory),
            Acknowledged = MemoryMapper.Acknowledged(memory),
            Transports = TransportReport.Of(inputs),
            Services = [.. inputs.Observed.Services.Select(s => ServiceReportWriter.Of(inputs, s))],
            Preflight = Findings.Of(inputs),
            Analysis = Analysis(inputs),
            Plan = inputs.Plan,
            History = History.Append(previous?.History, MemoryMapper.Read(previous), memory, inputs.Observed.Now),
            Conditions = Conditions.Of(inputs, time),
        };
    }

    private static AnalysisStatus? Analysis(StatusInputs inputs)
    {
        var memory = inputs.Memory;
        if (memory.Epoch == 0)
        {
            return null;
        }

        // Current figures belong to the last measurement; in between they would only make noise.
        var measured = memory.Analysis.At is { } at && at == inputs.Observed.Now && inputs.Observed.Ledger.IsKnown;
        return new AnalysisStatus
        {
            Baseline = MemoryMapper.Write(memory.Baseline),
            Current = measured ? MemoryMapper.Write(inputs.Observed.Ledger.Value!.Recent) : inputs.Previous?.Analysis?.Current,
            Verdict = memory.Analysis.Verdict.ToString(),
            Message = memory.Analysis.Message,
            Failures = memory.Analysis.Failures,
            Errors = memory.Analysis.Errors,
            Inconclusive = memory.Analysis.Inconclusive,
            OldestSeconds = Math.Round(memory.Analysis.OldestSeconds, 1),
            At = memory.Analysis.At,
        };
    }
}
