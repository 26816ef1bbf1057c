using System.Net.Sockets;
using Npgsql;

namespace Todo.Messaging.Schema;

/// <summary>Which errors of the database go away by themselves.</summary>
public static class DatabaseErrors
{
    /// <summary>
    /// Whether the same work may succeed when it is done again: lost or refused connections, time-outs, serialization failures, deadlocks,
    /// a server that starts, stops or is short of something.
    /// </summary>
    public static bool IsTransient(Exception? error) => error switch
    {
        null => false,
        // Class 57 (operator intervention: shutdown, crash recovery) is not transient to Npgsql, because a connection of its own is lost with it.
        PostgresException e => e.IsTransient || e.SqlState.StartsWith("57P", StringComparison.Ordinal),
        NpgsqlException e => e.IsTransient || e.InnerException is null || IsTransient(e.InnerException),
        TimeoutException or SocketException or IOException => true,
        _ => false,
    };
}
