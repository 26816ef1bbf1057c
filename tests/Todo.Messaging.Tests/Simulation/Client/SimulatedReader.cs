using System.Collections;
using System.Data.Common;
using Todo.Messaging.Tests.Simulation.Server;

namespace Todo.Messaging.Tests.Simulation.Client;

/// <summary>The answers of one command or batch, all of them here already.</summary>
internal sealed class SimulatedReader(IReadOnlyList<Answer> answers) : DbDataReader
{
    private int _answer;
    private int _row = -1;

    public override int Depth => 0;
    public override int FieldCount => Row.Length;
    public override bool HasRows => answers[_answer].Rows.Count > 0;
    public override bool IsClosed => false;
    public override int RecordsAffected => answers.Sum(x => x.Affected);

    private object?[] Row => answers[_answer].Rows[_row];

    public override object this[int ordinal] => GetValue(ordinal);
    public override object this[string name] => throw new NotSupportedException();

    public override bool Read() => ++_row < answers[_answer].Rows.Count;

    public override bool NextResult()
    {
        _row = -1;
        return ++_answer < answers.Count;
    }

    public override object GetValue(int ordinal) => Row[ordinal] ?? DBNull.Value;

    public override bool IsDBNull(int ordinal) => Row[ordinal] is null;

    public override bool GetBoolean(int ordinal) => (bool)GetValue(ordinal);

    public override DateTime GetDateTime(int ordinal) => ((DateTimeOffset)GetValue(ordinal)).UtcDateTime;

    public override double GetDouble(int ordinal) => (double)GetValue(ordinal);

    public override Guid GetGuid(int ordinal) => (Guid)GetValue(ordinal);

    public override short GetInt16(int ordinal) => (short)GetValue(ordinal);

    public override int GetInt32(int ordinal) => (int)GetValue(ordinal);

    public override long GetInt64(int ordinal) => (long)GetValue(ordinal);

    public override string GetString(int ordinal) => (string)GetValue(ordinal);

    public override byte GetByte(int ordinal) => throw new NotSupportedException();

    public override long GetBytes(int ordinal, long dataOffset, byte[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override char GetChar(int ordinal) => throw new NotSupportedException();

    public override long GetChars(int ordinal, long dataOffset, char[]? buffer, int bufferOffset, int length) => throw new NotSupportedException();

    public override string GetDataTypeName(int ordinal) => throw new NotSupportedException();

    public override decimal GetDecimal(int ordinal) => throw new NotSupportedException();

    public override IEnumerator GetEnumerator() => throw new NotSupportedException();

    public override Type GetFieldType(int ordinal) => throw new NotSupportedException();

    public override float GetFloat(int ordinal) => throw new NotSupportedException();

    public override string GetName(int ordinal) => throw new NotSupportedException();

    public override int GetOrdinal(string name) => throw new NotSupportedException();

    public override int GetValues(object[] values) => throw new NotSupportedException();
}
