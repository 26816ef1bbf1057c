using System.Text.Json.Serialization;

namespace LocalCluster.Sidecar.Scheduler.Protocol;

/// <summary>What kind of line a <see cref="SchedulerMessage"/> is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MessageKind>))]
internal enum MessageKind
{
    /// <summary>Sidecar: who it is. The first line of a connection.</summary>
    Hello,

    /// <summary>Sidecar: <see cref="SchedulerMessage.On"/> tells whether it takes firings.</summary>
    Watch,

    /// <summary>Sidecar: store <see cref="SchedulerMessage.Job"/>.</summary>
    Schedule,

    /// <summary>Sidecar: read a job.</summary>
    Get,

    /// <summary>Sidecar: delete a job.</summary>
    Delete,

    /// <summary>Scheduler: the answer to the call with the same <see cref="SchedulerMessage.Id"/>.</summary>
    Answer,

    /// <summary>Scheduler: call the app.</summary>
    Fire,

    /// <summary>Sidecar: whether the app took the firing with the same <see cref="SchedulerMessage.Id"/>.</summary>
    Result,
}

/// <summary>How a call to the scheduler ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AnswerStatus>))]
internal enum AnswerStatus
{
    Ok,
    Exists,
    NotFound,
    Invalid,
}

/// <summary>One line of JSON between a sidecar and the scheduler.</summary>
internal sealed record SchedulerMessage(MessageKind Kind)
{
    public long Id { get; init; }

    public string? Namespace { get; init; }

    public string? AppId { get; init; }

    public string? Name { get; init; }

    public bool On { get; init; }

    public bool Overwrite { get; init; }

    public JobDefinition? Job { get; init; }

    public string? Data { get; init; }

    public AnswerStatus Status { get; init; }

    public string? Text { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SchedulerMessage))]
[JsonSerializable(typeof(JobRecord))]
internal sealed partial class SchedulerJson : JsonSerializerContext;
