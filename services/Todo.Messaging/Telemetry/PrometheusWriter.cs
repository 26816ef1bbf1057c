using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Todo.Messaging.Telemetry;

/// <summary>
/// Collects the process's own instruments and those of ASP.NET Core, and writes them in the Prometheus text format 0.0.4. Small on purpose: counters,
/// gauges and histograms, cumulative since the start.
/// </summary>
internal sealed class PrometheusWriter : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    // Seconds; those of OpenTelemetry's conventions for durations.
    private static readonly double[] Buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<(Instrument Instrument, string Labels), Series> _series = new();

    public PrometheusWriter()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (IsWanted(instrument.Meter.Name))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Record(i, value, tags));
        _listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Record(i, value, tags));
        _listener.Start();
    }

    public string Write()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var family in _series.GroupBy(x => NameOf(x.Key.Instrument)).OrderBy(x => x.Key, StringComparer.Ordinal))
        {
            var instrument = family.First().Key.Instrument;
            text.Append("# HELP ").Append(family.Key).Append(' ').Append(Escape(instrument.Description ?? instrument.Name)).Append('\n');
            text.Append("# TYPE ").Append(family.Key).Append(' ').Append(KindOf(instrument)).Append('\n');
            foreach (var ((_, labels), series) in family.OrderBy(x => x.Key.Labels, StringComparer.Ordinal))
            {
                series.Write(text, family.Key, labels);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private static bool IsWanted(string meter) =>
        meter.StartsWith("Todo.", StringComparison.Ordinal) || meter is "Microsoft.AspNetCore.Hosting" or "Microsoft.AspNetCore.Server.Kestrel" or "System.Runtime";

    private static bool IsHistogram(Instrument instrument) => KindOf(instrument) == "histogram";

    private static string KindOf(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        return type.Contains("Histogram", StringComparison.Ordinal) ? "histogram"
            : type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter"
            : "gauge";
    }

    // Observable instruments report totals; counters and up-down counters report changes.
    private static bool IsTotal(Instrument instrument) => instrument.IsObservable || instrument.GetType().Name.StartsWith("Gauge", StringComparison.Ordinal);

    private static string NameOf(Instrument instrument)
    {
        var name = new StringBuilder();
        foreach (var c in instrument.Name)
        {
            name.Append(char.IsAsciiLetterOrDigit(c) ? c : '_');
        }

        if (instrument.Unit == "s")
        {
            name.Append("_seconds");
        }
        else if (instrument.Unit == "By")
        {
            name.Append("_bytes");
        }

        return KindOf(instrument) == "counter" ? name.Append("_total").ToString() : name.ToString();
    }

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(key.Replace('.', '_')).Append("=\"")
                .Append(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")).Append('"');
        }

        return text.ToString();
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _series.GetOrAdd((instrument, LabelsOf(tags)), static x => new Series(IsHistogram(x.Instrument))).Record(value, IsTotal(instrument));

    private sealed class Series(bool histogram)
    {
        private readonly Lock _lock = new();
        private readonly long[] _counts = histogram ? new long[Buckets.Length + 1] : [];
        private double _sum;
        private long _count;

        public void Record(double value, bool isTotal)
        {
            lock (_lock)
            {
                _sum = isTotal ? value : _sum + value;
                _count++;
                if (histogram)
                {
                    var bucket = Array.FindIndex(Buckets, x => value <= x);
                    _counts[bucket < 0 ? Buckets.Length : bucket]++;
                }
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (_lock)
            {
                if (!histogram)
                {
                    Line(text, name, labels, _sum);
                    return;
                }

                var below = 0L;
                for (var i = 0; i <= Buckets.Length; i++)
                {
                    below += _counts[i];
                    var limit = i == Buckets.Length ? "+Inf" : Buckets[i].ToString(CultureInfo.InvariantCulture);
                    Line(text, name + "_bucket", $"{labels}{(labels.Length == 0 ? "" : ",")}le=\"{limit}\"", below);
                }

                Line(text, name + "_sum", labels, _sum);
                Line(text, name + "_count", labels, _count);
            }
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0)
            {
                text.Append('{').Append(labels).Append('}');
            }

            text.Append(' ').Append(value.ToString(CultureInfo.InvariantCulture)).Append('\n');
        }
    }
}
