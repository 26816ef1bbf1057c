using System.Text;

namespace Kubernetes.Operator.Metrics;

/// <summary>The figures of this process, in the Prometheus text format. An operator may add its own.</summary>
public sealed class MetricsRegistry
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, MetricFamily> _families = new(StringComparer.Ordinal);

    /// <summary>A figure that only grows.</summary>
    public CounterFamily Counter(string name, string help, params string[] labels) =>
        (CounterFamily)Add(name, () => new CounterFamily(name, help, labels));

    /// <summary>A figure that goes up and down.</summary>
    public GaugeFamily Gauge(string name, string help, params string[] labels) =>
        (GaugeFamily)Add(name, () => new GaugeFamily(name, help, labels));

    /// <summary>A distribution.</summary>
    /// <param name="name">Name with the unit: <c>..._seconds</c>.</param>
    /// <param name="help">What it says.</param>
    /// <param name="buckets">Upper bounds, rising.</param>
    /// <param name="labels">Label names.</param>
    public HistogramFamily Histogram(string name, string help, IReadOnlyList<double> buckets, params string[] labels) =>
        (HistogramFamily)Add(name, () => new HistogramFamily(name, help, buckets, labels));

    /// <summary>All figures as text.</summary>
    public string Write()
    {
        var text = new StringBuilder();
        lock (_lock)
        {
            foreach (var family in _families.Values)
            {
                family.Write(text);
            }
        }

        return text.ToString();
    }

    private MetricFamily Add(string name, Func<MetricFamily> make)
    {
        lock (_lock)
        {
            if (!_families.TryGetValue(name, out var family))
            {
                _families[name] = family = make();
            }

            return family;
        }
    }
}
