using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace LocalCluster.Sidecar.Metrics;

/// <summary>Counters, gauges and histograms in Prometheus' text format. A series appears with its first event.</summary>
internal sealed class MetricRegistry
{
    private static readonly double[] Buckets =
        [1, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 30, 40, 50, 65, 80, 100, 130, 160, 200, 250, 300, 400, 500, 650, 800, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

    private readonly ConcurrentDictionary<(string Name, string Labels), Series> _series = new();

    public void Add(string name, double amount, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Get(name, "counter", labels).Add(amount);

    public void Set(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Get(name, "gauge", labels).Set(value);

    /// <summary>Adds one observation, in milliseconds.</summary>
    public void Observe(string name, TimeSpan value, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Get(name, "histogram", labels).Observe(value.TotalMilliseconds);

    public string Render()
    {
        var text = new StringBuilder();
        foreach (var group in _series.OrderBy(pair => pair.Key).GroupBy(pair => pair.Key.Name, StringComparer.Ordinal))
        {
            text.Append("# TYPE ").Append(group.Key).Append(' ').Append(group.First().Value.Kind).Append('\n');
            foreach (var (key, series) in group)
            {
                series.Write(text, key.Name, key.Labels);
            }
        }

        return text.ToString();
    }

    private Series Get(string name, string kind, ReadOnlySpan<(string Name, string Value)> labels)
    {
        var text = new StringBuilder();
        foreach (var (label, value) in labels)
        {
            text.Append(text.Length == 0 ? "" : ",").Append(label).Append("=\"")
                .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }

        return _series.GetOrAdd((name, text.ToString()), static (_, k) => new Series(k), kind);
    }

    private sealed class Series(string kind)
    {
        private readonly Lock _gate = new();
        private readonly long[] _counts = kind == "histogram" ? new long[Buckets.Length] : [];
        private double _value;
        private long _count;

        public string Kind => kind;

        public void Add(double amount)
        {
            lock (_gate)
            {
                _value += amount;
            }
        }

        public void Set(double value)
        {
            lock (_gate)
            {
                _value = value;
            }
        }

        public void Observe(double value)
        {
            lock (_gate)
            {
                _value += value;
                _count++;
                for (var i = Buckets.Length - 1; i >= 0 && value <= Buckets[i]; i--)
                {
                    _counts[i]++;
                }
            }
        }

        public void Write(StringBuilder text, string name, string labels)
        {
            lock (_gate)
            {
                if (kind != "histogram")
                {
                    Line(text, name, labels, _value);
                    return;
                }

                var prefix = labels.Length == 0 ? "" : labels + ",";
                for (var i = 0; i < Buckets.Length; i++)
                {
                    Line(text, name + "_bucket", string.Create(CultureInfo.InvariantCulture, $"{prefix}le=\"{Buckets[i]}\""), _counts[i]);
                }

                Line(text, name + "_bucket", prefix + "le=\"+Inf\"", _count);
                Line(text, name + "_sum", labels, _value);
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

            text.Append(CultureInfo.InvariantCulture, $" {value}").Append('\n');
        }
    }
}
