using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Operator.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Operator.Events;

/// <summary>Sends Events in the background, one after the other. When more come than can be sent, the newest are dropped and counted.</summary>
internal sealed class EventPublisher(
    IKubernetesClient client, EventSource source, EventCorrelator correlator, MetricsRegistry metrics, ILogger<EventPublisher> logger)
    : BackgroundService, IEventPublisher
{
    private const int LongestNote = 1024;
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(5);

    private readonly Channel<EventReport> _reports = Channel.CreateBounded<EventReport>(1000);
    private readonly Counter _dropped =
        metrics.Counter("kubernetes_operator_events_dropped_total", "Events that were not sent: too many, or refused by the API server").With();

    public void Publish(IKubernetesObject regarding, EventType type, string reason, string note, string? action = null)
    {
        var report = new EventReport(regarding.MakeObjectReference(), type, reason, Shorten(note), action ?? reason);
        if (!_reports.Writer.TryWrite(report))
        {
            _dropped.Increment();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        // What happened at the very end is often the most interesting.
        _reports.Writer.TryComplete();
        if (ExecuteTask is { } sending)
        {
            await Task.WhenAny(sending, Task.Delay(FlushTimeout, CancellationToken.None));
        }

        await base.StopAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var report in _reports.Reader.ReadAllAsync(stoppingToken))
        {
            try
            {
                await SendAsync(report, stoppingToken);
            }
            catch (KubernetesException e)
            {
                _dropped.Increment();
                EventLog.Failed(logger, report.Reason, report.Regarding.Kind, report.Regarding.Name, e.Error, e.Message);
            }
        }
    }

    private async Task SendAsync(EventReport report, CancellationToken cancellationToken)
    {
        switch (correlator.Decide(report))
        {
            case EventDecision.Create create:
                try
                {
                    await client.CreateAsync(NewEvent(report, create), cancellationToken: cancellationToken);
                }
                catch (KubernetesException)
                {
                    correlator.Lost(create.Name);
                    throw;
                }

                break;
            case EventDecision.Repeat repeat:
                try
                {
                    await client.PatchAsync<EventsV1Event>(repeat.Namespace, repeat.Name, SeriesPatch(repeat), cancellationToken: cancellationToken);
                }
                catch (KubernetesException e) when (e.Error == KubernetesError.NotFound)
                {
                    // Events live for an hour; a long series outlives its own.
                    correlator.Lost(repeat.Name);
                    await SendAsync(report, cancellationToken);
                }

                break;
            default:
                _dropped.Increment();
                break;
        }
    }

    private EventsV1Event NewEvent(EventReport report, EventDecision.Create create) => new()
    {
        Metadata = new V1ObjectMeta { Name = create.Name, NamespaceProperty = report.Namespace },
        EventTime = create.At,
        ReportingController = source.Controller,
        ReportingInstance = source.Instance,
        Action = report.Action,
        Reason = report.Reason,
        Regarding = report.Regarding,
        Note = report.Note,
        Type = report.Type.ToString(),
    };

    private static MergePatch SeriesPatch(EventDecision.Repeat repeat) => new(new JsonObject
    {
        ["series"] = new JsonObject
        {
            ["count"] = repeat.Count,
            ["lastObservedTime"] = repeat.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        },
    });

    // The API server refuses a note of more than 1,024 bytes, and with it the Event.
    private static string Shorten(string note)
    {
        if (Encoding.UTF8.GetByteCount(note) <= LongestNote)
        {
            return note;
        }

        var text = new StringBuilder();
        var bytes = 3;
        foreach (var rune in note.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > LongestNote)
            {
                break;
            }

            text.Append(rune);
        }

        return text.Append("...").ToString();
    }
}

/// <summary>Who reports.</summary>
/// <param name="Controller">Name of the operator.</param>
/// <param name="Instance">Which of its processes.</param>
internal sealed record EventSource(string Controller, string Instance);
