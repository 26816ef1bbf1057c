using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Todo.Contracts.Original;

namespace Todo.Messaging.Consuming;

/// <summary>What a handler reads an event with: by type and version, or as one of the system before this one.</summary>
public static class EventData
{
    /// <summary>
    /// The data of an event of this type; null when it is of another. To take the version before as well, ask for that next.
    /// </summary>
    /// <param name="value">The event.</param>
    /// <param name="type">One of <see cref="Contracts.EventTypes"/>: the newest version that the handler knows, first.</param>
    /// <param name="json">How the data is read.</param>
    /// <exception cref="PoisonEventException">
    /// It has not the form of its type; or it is of a version that this consumer does not know yet, which must not be taken for an event that does not matter.
    /// </exception>
    public static T? As<T>(this IncomingEvent value, string type, JsonTypeInfo<T> json)
        where T : class
    {
        if (value.Type != type)
        {
            return IsNewer(value.Type, type) ? throw new PoisonEventException($"{value.Type} is newer than this consumer, which knows {type}.") : null;
        }

        try
        {
            return value.Data.Deserialize(json) ?? throw new PoisonEventException($"The data of {type} is null.");
        }
        catch (JsonException e)
        {
            throw new PoisonEventException($"Not the data of {type}, at {e.Path}.", e);
        }
    }

    /// <summary>The event as one of the system before this one; null when it is none.</summary>
    /// <exception cref="PoisonEventException">It is one, but does not say of which task.</exception>
    public static OriginalEvent? AsOriginal(this IncomingEvent value)
    {
        if (OriginalEvent.TypeOf(value.Type) is null)
        {
            return null;
        }

        return OriginalEvent.TryRead(value.Type, value.Data, out var original, out var problem) ? original : throw new PoisonEventException(problem);
    }

    private static bool IsNewer(string type, string known)
    {
        var (name, version) = Split(type);
        var (knownName, knownVersion) = Split(known);
        return name == knownName && version > knownVersion;
    }

    /// <summary><c>io.todo.task.created.v1</c> is version 1 of <c>io.todo.task.created</c>.</summary>
    private static (string Name, int Version) Split(string type)
    {
        var at = type.LastIndexOf(".v", StringComparison.Ordinal);
        return at >= 0 && int.TryParse(type.AsSpan(at + 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? (type[..at], version) : (type, 0);
    }
}
