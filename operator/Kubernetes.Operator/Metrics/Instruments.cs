using System.Globalization;
using System.Text;

namespace Kubernetes.Operator.Metrics;

/// <summary>A figure that only grows.</summary>
public sealed class Counter
{
    private long _value;

    /// <summary>The figure.</summary>
    public long Value => Interlocked.Read(ref _value);

    /// <summary>Adds to it.</summary>
    public void Increment(long by = 1) => Interlocked.Add(ref _value, by);
}

/// <summary>A figure that goes up and down, or is read when asked for.</summary>
public sealed class Gauge
{
    private double _value;
    private Func<double>? _read;

    /// <summary>The figure.</summary>
    public double Value => _read is { } read ? read() : Volatile.Read(ref _value);

    /// <summary>Sets it.</summary>
    public void Set(double value) => Volatile.Write(ref _value, value);

    /// <summary>Reads it from somewhere whenever it is asked for.</summary>
    public void ReadFrom(Func<double> read) => _read = read;
}

/// <summary>A distribution.</summary>
public sealed class Histogram
{
    private readonly Lock _lock = new();
    private readonly IReadOnlyList<double> _bounds;
    private readonly long[] _counts;
    private double _sum;

    internal Histogram(IReadOnlyList<double> bounds)
    {
        _bounds = bounds;
        _counts = new long[bounds.Count + 1];
    }

    /// <summary>Counts a value.</summary>
    public void Observe(double value)
    {
        lock (_lock)
        {
            var bucket = 0;
            while (bucket < _bounds.Count && value > _bounds[bucket])
            {
                bucket++;
            }

            _counts[bucket]++;
            _sum += value;
        }
    }

    internal (long[] Counts, double Sum) Read()
    {
        lock (_lock)
        {
            return ([.. _counts], _sum);
        }
    }
}

/// <summary>Counters by label values.</summary>
public sealed class CounterFamily : MetricFamily<Counter>
{
    internal CounterFamily(string name, string help, string[] labels)
        : base(name, help, "counter", labels)
    {
    }

    private protected override Counter Make() => new();

    private protected override void WriteChild(StringBuilder text, IReadOnlyList<string> values, Counter child) => Sample(text, "", values, child.Value);
}

/// <summary>Gauges by label values.</summary>
public sealed class GaugeFamily : MetricFamily<Gauge>
{
    internal GaugeFamily(string name, string help, string[] labels)
        : base(name, help, "gauge", labels)
    {
    }

    private protected override Gauge Make() => new();

    private protected override void WriteChild(StringBuilder text, IReadOnlyList<string> values, Gauge child) => Sample(text, "", values, child.Value);
}

/// <summary>Distributions by label values.</summary>
public sealed class HistogramFamily : MetricFamily<Histogram>
{
    private readonly IReadOnlyList<double> _bounds;

    internal HistogramFamily(string name, string help, IReadOnlyList<double> bounds, string[] labels)
        : base(name, help, "histogram", labels) => _bounds = bounds;

    private protected override Histogram Make() => new(_bounds);

    private protected override void WriteChild(StringBuilder text, IReadOnlyList<string> values, Histogram child)
    {
        var (counts, sum) = child.Read();
        var total = 0L;
        for (var i = 0; i < counts.Length; i++)
        {
            total += counts[i];
            Sample(text, "_bucket", values, total, i < _bounds.Count ? _bounds[i].ToString("R", CultureInfo.InvariantCulture) : "+Inf");
        }

        Sample(text, "_sum", values, sum);
        Sample(text, "_count", values, total);
    }
}
