using System.Text.Json;

namespace Todo.Load.Journaling;

/// <summary>
/// The load generator's own record of what it was told: a file of JSON lines, only ever appended to. A line is handed to the operating system before its
/// request is counted, so a killed generator knows at least as much as it claimed.
/// </summary>
public sealed class Journal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;

    /// <summary>Opens the file to append to it, and makes it when missing.</summary>
    public Journal(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
        {
            Directory.CreateDirectory(folder);
        }

        _file = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
    }

    public void Append(JournalEntry entry)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry), (byte)'\n'];
        lock (_gate)
        {
            _file.Write(line);
        }
    }

    /// <summary>All whole entries, in the order of their answers. A last line without its end was never counted and is left out.</summary>
    /// <exception cref="JsonException">A whole line is not an entry.</exception>
    public static IReadOnlyList<JournalEntry> Read(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(file);
        var lines = reader.ReadToEnd().Split('\n');
        return [.. lines[..^1].Select(line => JsonSerializer.Deserialize(line, JournalJson.Default.JournalEntry)!)];
    }

    public void Dispose() => _file.Dispose();
}
