namespace Todo.EmailDelivery.Smtp;

/// <summary>What a server answers to a command (RFC 5321, 4.2): three digits and a text for people.</summary>
/// <param name="Lines">Without digits and line ends; for EHLO each but the first names an extension.</param>
internal sealed record SmtpReply(int Code, IReadOnlyList<string> Lines)
{
    // Authentication required, mechanism too weak, credentials invalid, encryption required (RFC 4954, 6).
    private static readonly int[] AboutTheAccount = [530, 534, 535, 538];

    /// <summary>The command was taken, or may go on (354).</summary>
    public bool IsPositive => Code is >= 200 and < 400;

    /// <summary>The refusal speaks of who sends, not of this mail: another one would fare no better.</summary>
    public bool IsAboutTheAccount => AboutTheAccount.Contains(Code);

    public override string ToString() => $"{Code} {string.Join(' ', Lines)}";

    /// <summary>The rest of an extension's line, upper case, or null when it is not offered.</summary>
    public string? Extension(string name) => Lines.Skip(1)
        .Select(line => line.ToUpperInvariant())
        .Where(line => line == name || line.StartsWith(name + ' ', StringComparison.Ordinal))
        .Select(line => line[name.Length..].Trim())
        .FirstOrDefault();
}
