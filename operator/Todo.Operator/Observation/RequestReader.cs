using Todo.Operator.Decisions.Requests;

namespace Todo.Operator.Observation;

/// <summary>Reads requests of people from the platform's annotations.</summary>
public static class RequestReader
{
    /// <summary>Prefix of the annotations' names.</summary>
    public const string Prefix = "platform.todo.io/";

    /// <summary>All that are there, whether taken up or not.</summary>
    public static IReadOnlyList<PlatformRequest> Read(IDictionary<string, string>? annotations) =>
    [
        .. Enum.GetValues<RequestKind>()
            .Select(k => (Kind: k, Token: annotations is not null && annotations.TryGetValue(NameOf(k), out var token) ? token : string.Empty))
            .Where(r => r.Token.Length > 0)
            .Select(r => new PlatformRequest(r.Kind, r.Token)),
    ];

    /// <summary>Name of the annotation.</summary>
    public static string NameOf(RequestKind kind) => Prefix + NameIn(kind);

    /// <summary>The opposite of <see cref="NameIn"/>; null for another name.</summary>
    public static RequestKind? KindOf(string name)
    {
        var kinds = Enum.GetValues<RequestKind>().Where(k => NameIn(k) == name).ToList();
        return kinds.Count == 0 ? null : kinds[0];
    }

    /// <summary><c>abort</c>, <c>rollback</c>, <c>retry</c>, <c>promote</c> or <c>replay-dead</c>.</summary>
    public static string NameIn(RequestKind kind) => kind switch
    {
        RequestKind.Abort => "abort",
        RequestKind.Rollback => "rollback",
        RequestKind.Retry => "retry",
        RequestKind.ReplayDead => "replay-dead",
        _ => "promote",
    };
}
