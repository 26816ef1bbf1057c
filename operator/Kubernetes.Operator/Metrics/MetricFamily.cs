using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Kubernetes.Operator.Metrics;

/// <summary>A metric with all its label values. Source: Prometheus exposition format, text version 0.0.4.</summary>
public abstract class MetricFamily
{
    private readonly string _help;
    private readonly string _type;
    private readonly string[] _labels;

    private protected MetricFamily(string name, string help, string type, string[] labels)
    {
        Name = name;
        _help = help;
        _type = type;
        _labels = labels;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    internal void Write(StringBuilder text)
    {
        text.Append("# HELP ").Append(Name).Append(' ').Append(_help).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(_type).Append('\n');
        WriteSamples(text);
    }

    private protected abstract void WriteSamples(StringBuilder text);

    private protected void Sample(StringBuilder text, string suffix, IReadOnlyList<string> values, double sample, string? bound = null)
    {
        text.Append(Name).Append(suffix);
        if (values.Count > 0 || bound is not null)
        {
            text.Append('{');
            for (var i = 0; i < values.Count; i++)
            {
                text.Append(i == 0 ? "" : ",").Append(_labels[i]).Append("=\"").Append(Escape(values[i])).Append('"');
            }

            if (bound is not null)
            {
                text.Append(values.Count == 0 ? "" : ",").Append("le=\"").Append(bound).Append('"');
            }

            text.Append('}');
        }

        text.Append(' ').Append(sample.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private protected void Check(string[] values)
    {
        if (values.Length != _labels.Length)
        {
            throw new ArgumentException($"{Name} has {_labels.Length} labels, not {values.Length}.", nameof(values));
        }
    }

    private static string Escape(string value) =>
        value.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}

/// <summary>A metric with children of one kind.</summary>
public abstract class MetricFamily<TChild> : MetricFamily where TChild : class
{
    private readonly ConcurrentDictionary<string, (string[] Values, TChild Child)> _children = new(StringComparer.Ordinal);

    private protected MetricFamily(string name, string help, string type, string[] labels)
        : base(name, help, type, labels)
    {
    }

    /// <summary>The figure for these label values. Getting it makes it visible as zero.</summary>
    public TChild With(params string[] values)
    {
        Check(values);
        return _children.GetOrAdd(string.Join('\0', values), static (_, state) => (state.values, state.self.Make()), (values, self: this)).Child;
    }

    /// <summary>What the figure was about is gone.</summary>
    public void Remove(params string[] values)
    {
        Check(values);
        _children.TryRemove(string.Join('\0', values), out _);
    }

    private protected abstract TChild Make();

    private protected abstract void WriteChild(StringBuilder text, IReadOnlyList<string> values, TChild child);

    private protected override void WriteSamples(StringBuilder text)
    {
        foreach (var (_, (values, child)) in _children.OrderBy(static c => c.Key, StringComparer.Ordinal))
        {
            WriteChild(text, values, child);
        }
    }
}
