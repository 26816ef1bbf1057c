using System.Text.Json.Serialization;

namespace LocalCluster.MailSink.Mails;

/// <summary>One mail as it was received.</summary>
/// <param name="Id">1, 2, 3, … in order of arrival; goes on over restarts and deletes.</param>
/// <param name="From">Envelope sender.</param>
/// <param name="To">Envelope recipients.</param>
/// <param name="Subject">Decoded (RFC 2047).</param>
/// <param name="MessageId">With its angle brackets.</param>
/// <param name="Headers">Unfolded and decoded; of a repeated header the first.</param>
/// <param name="Text">The text/plain part, decoded.</param>
/// <param name="Html">The text/html part, decoded.</param>
public sealed record Mail(
    long Id,
    string From,
    IReadOnlyList<string> To,
    string Subject,
    string? MessageId,
    IReadOnlyDictionary<string, string> Headers,
    string? Text,
    string? Html,
    DateTimeOffset ReceivedAt);

/// <summary>Answer of <c>GET /mails/count</c>.</summary>
public sealed record MailCount(int Count);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Mail))]
[JsonSerializable(typeof(List<Mail>))]
[JsonSerializable(typeof(MailCount))]
[JsonSerializable(typeof(Smtp.Failure))]
internal sealed partial class MailJson : JsonSerializerContext;
