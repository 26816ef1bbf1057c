using System.Collections;
using System.Data;
using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Todo.Messaging.Tests.Simulation.Client;

/// <summary>A positional parameter.</summary>
internal sealed class SimulatedParameter : DbParameter
{
    public override DbType DbType { get; set; }
    public override ParameterDirection Direction { get; set; } = ParameterDirection.Input;
    public override bool IsNullable { get; set; }

    [AllowNull]
    public override string ParameterName { get; set; } = "";

    [AllowNull]
    public override string SourceColumn { get; set; } = "";

    public override object? Value { get; set; }
    public override bool SourceColumnNullMapping { get; set; }
    public override int Size { get; set; }

    public override void ResetDbType() => DbType = default;
}

/// <summary>Parameters in their order; they have no names.</summary>
internal sealed class SimulatedParameters : DbParameterCollection
{
    private readonly List<SimulatedParameter> _all = [];

    public override int Count => _all.Count;
    public override object SyncRoot => _all;

    public object?[] Values => [.. _all.Select(x => x.Value is DBNull ? null : x.Value)];

    public override int Add(object value)
    {
        _all.Add((SimulatedParameter)value);
        return _all.Count - 1;
    }

    public override void AddRange(Array values)
    {
        foreach (var value in values)
        {
            Add(value);
        }
    }

    public override void Clear() => _all.Clear();

    public override bool Contains(object value) => _all.Contains((SimulatedParameter)value);

    public override bool Contains(string value) => false;

    public override void CopyTo(Array array, int index) => ((ICollection)_all).CopyTo(array, index);

    public override IEnumerator GetEnumerator() => _all.GetEnumerator();

    public override int IndexOf(object value) => _all.IndexOf((SimulatedParameter)value);

    public override int IndexOf(string parameterName) => -1;

    public override void Insert(int index, object value) => _all.Insert(index, (SimulatedParameter)value);

    public override void Remove(object value) => _all.Remove((SimulatedParameter)value);

    public override void RemoveAt(int index) => _all.RemoveAt(index);

    public override void RemoveAt(string parameterName) => throw new NotSupportedException();

    protected override DbParameter GetParameter(int index) => _all[index];

    protected override DbParameter GetParameter(string parameterName) => throw new NotSupportedException();

    protected override void SetParameter(int index, DbParameter value) => _all[index] = (SimulatedParameter)value;

    protected override void SetParameter(string parameterName, DbParameter value) => throw new NotSupportedException();
}
