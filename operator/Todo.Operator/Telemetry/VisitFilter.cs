using System.Diagnostics;
using OpenTelemetry;

namespace Todo.Operator.Telemetry;

/// <summary>
/// Sends the visits in which something was done or went wrong, and no others: a platform is looked at twice a second while something is awaited and each minute at rest. Which it was
/// shows at the end, so the spans of a visit wait for it.
/// </summary>
internal sealed class VisitFilter(BaseExporter<Activity> exporter, TracingSettings settings)
    : BatchActivityExportProcessor(exporter, settings.QueueSize, settings.ScheduleDelayMilliseconds, settings.TimeoutMilliseconds, settings.BatchSize)
{
    // More than any visit makes; what is beyond is not kept.
    private const int Most = 1000;

    private static readonly string Property = typeof(Spans).FullName!;

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        var root = PlatformTracing.RootOf(data);
        if (data != root)
        {
            Of(root).Add(data);
        }
        else if (PlatformTracing.IsKept(root) || root.Status == ActivityStatusCode.Error)
        {
            foreach (var span in Of(root).Take())
            {
                base.OnEnd(span);
            }

            base.OnEnd(root);
        }
    }

    private static Spans Of(Activity root)
    {
        lock (root)
        {
            if (root.GetCustomProperty(Property) is Spans known)
            {
                return known;
            }

            var spans = new Spans();
            root.SetCustomProperty(Property, spans);
            return spans;
        }
    }

    /// <summary>Ended spans of a visit; many may end at the same time.</summary>
    private sealed class Spans
    {
        private readonly Lock _lock = new();
        private readonly List<Activity> _ended = [];

        public void Add(Activity span)
        {
            lock (_lock)
            {
                if (_ended.Count < Most)
                {
                    _ended.Add(span);
                }
            }
        }

        public List<Activity> Take()
        {
            lock (_lock)
            {
                return [.. _ended];
            }
        }
    }
}
