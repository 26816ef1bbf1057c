namespace Todo.Load;

/// <summary>What load is made.</summary>
public sealed record LoadOptions
{
    /// <summary>Where the backend's Service is, e.g. <c>http://127.40.200.1:8000</c>.</summary>
    public required Uri Backend { get; init; }

    /// <summary>The backend's <c>BETTER_AUTH_SECRET</c>: tokens are signed with it.</summary>
    public required string JwtSecret { get; init; }

    /// <summary>File to append to.</summary>
    public required string Journal { get; init; }

    /// <summary>Requests a second. They are sent at this rate whatever the answers do.</summary>
    public double Rate { get; init; } = 120;

    /// <summary>Users among whom the tasks are spread. Default 10.</summary>
    public int Users { get; init; } = 10;

    /// <summary>How long an answer is waited for. Default 15 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How long a request that may or may not have happened is sent again, with the same Idempotency-Key, until somebody says so. Default 0: never; in a
    /// run without faults nothing needs it.
    /// </summary>
    public TimeSpan RepeatFor { get; init; }

    /// <summary>How far ahead the due moment of due-soon tasks is; must be within the notification service's <c>REMINDER_WINDOW</c>. Default 30 min.</summary>
    public TimeSpan DueSoon { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>What the requests are made of.</summary>
    public OperationMix Mix { get; init; } = new();

    /// <summary>First part of all titles and keys of this run; a new one every time, so that runs do not meet in one database.</summary>
    public string Run { get; init; } = Guid.NewGuid().ToString("N")[..8];
}

/// <summary>Shares of the kinds of requests; they need not add up to anything.</summary>
public sealed record OperationMix(
    int CreateOneOff = 20, int CreateDueSoon = 5, int CreateDaily = 9, int CreateWeekly = 6, int Update = 22, int Complete = 25, int Delete = 8, int List = 5);
