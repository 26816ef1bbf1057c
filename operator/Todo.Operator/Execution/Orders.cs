using Microsoft.Extensions.Logging;
using Todo.Operator.Decisions;
using Todo.Operator.Decisions.Requests;
using Todo.Operator.Generation;
using Todo.Operator.Management;
using Todo.Operator.Topology;

namespace Todo.Operator.Execution;

/// <summary>Orders to the services, each with the epoch: a service refuses one of a move that is over.</summary>
public sealed partial class Orders(ManagementClient management, TimeProvider time, ILogger<Orders> log)
{
    /// <summary>Sends one order. An order that does not arrive is sent again at the next look.</summary>
    public Task<Outcome> SendAsync(GenerationContext context, Observed observed, long epoch, PlatformAction order, CancellationToken cancellationToken) => order switch
    {
        SendProbe probe => ProbeAsync(context, observed, epoch, probe, cancellationToken),
        SendFiller filler => FillAsync(context, observed, epoch, filler, cancellationToken),
        ReplayEvents replay => ReplayAsync(context, observed, epoch, replay, cancellationToken),
        ReplayDead dead => ReplayDeadAsync(context, observed, epoch, dead, cancellationToken),
        StartJob start => JobAsync(context, start.Pod, start: true, epoch, cancellationToken),
        StopJob stop => JobAsync(context, stop.Pod, start: false, epoch, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(order), order, "Not an order to a service."),
    };

    private async Task<Outcome> ProbeAsync(GenerationContext context, Observed observed, long epoch, SendProbe order, CancellationToken cancellationToken)
    {
        // Of several pods the newest: the others may be about to go.
        var pod = observed.Services.First(s => s.Id == order.Service).Serving.MaxBy(p => p.ReadySince);
        if (pod is null)
        {
            return Outcome.NotYet;
        }

        var answer = await management.ProbeAsync(context, pod.Name, new ProbeRequestBody(epoch, order.Via, order.Topics), cancellationToken);
        if (!answer.IsKnown)
        {
            return Refused("probe", pod.Name, answer.Why!);
        }

        return Outcome.Ok with { Probe = new Probe(order.Via, [.. answer.Value!.Probes.Select(p => p.Id)], time.GetUtcNow()) };
    }

    private async Task<Outcome> FillAsync(GenerationContext context, Observed observed, long epoch, SendFiller order, CancellationToken cancellationToken) =>
        await ProbeAsync(context, observed, epoch, new SendProbe(order.Service, order.Via, order.Topics), cancellationToken) with { Probe = null };

    private async Task<Outcome> ReplayAsync(GenerationContext context, Observed observed, long epoch, ReplayEvents order, CancellationToken cancellationToken)
    {
        if (Newest(observed) is not { } pod)
        {
            return Outcome.NotYet;
        }

        var answer = await management.ReplayAsync(context, pod.Name, new ReplayRequestBody(epoch, order.From), cancellationToken);
        return answer.IsKnown ? Outcome.Ok : Refused($"replay of {order.Broker.Name()}", pod.Name, answer.Why!);
    }

    private async Task<Outcome> ReplayDeadAsync(GenerationContext context, Observed observed, long epoch, ReplayDead order, CancellationToken cancellationToken)
    {
        if (Newest(observed) is not { } pod)
        {
            return Outcome.Delayed("The replay of dead events waits for a service that is ready.");
        }

        var answer = await management.ReplayAsync(context, pod.Name, new ReplayRequestBody(epoch, Dead: true), cancellationToken);
        return answer.IsKnown
            ? Outcome.Ok with
            {
                Acknowledged = new Acknowledgement(
                    order.Token, time.GetUtcNow(), answer.Value!.Events is > 0 and var events ? $"Sending {events} dead events again." : "Refused: no event is dead, or none of them is in the ledger any more."),
            }
            : Refused("replay of dead events", pod.Name, answer.Why!);
    }

    private static PodView? Newest(Observed observed) => observed.Services.SelectMany(s => s.Serving).MaxBy(p => p.ReadySince);

    private async Task<Outcome> JobAsync(GenerationContext context, string pod, bool start, long epoch, CancellationToken cancellationToken)
    {
        var answer = await management.JobAsync(context, pod, start, epoch, cancellationToken);
        return answer.IsKnown ? Outcome.Ok : Refused(start ? "start of the job" : "stop of the job", pod, answer.Why!);
    }

    private Outcome Refused(string order, string pod, string why)
    {
        Refused(log, order, pod, why);
        return Outcome.Delayed($"The {order} did not get through to pod {pod}: {why}.");
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Order {Order} to pod {Pod} did not get through and is sent again: {Why}")]
    private static partial void Refused(ILogger logger, string order, string pod, string why);
}
