using Todo.Messaging.Hosting;

namespace Todo.Backend;

/// <summary>The backend's own settings (docs/reference/service-contract.md).</summary>
/// <param name="Secret">Key of HS256 tokens.</param>
/// <param name="Jwks">Where the public keys of other tokens are; null: there are no others.</param>
/// <param name="Issuer">The only issuer whose tokens are taken; null: any.</param>
/// <param name="Audience">What tokens must be meant for; null: anything.</param>
/// <param name="RequestsPerSecond">Of one user at this pod, in the long run; 0: no limit.</param>
/// <param name="Burst">Of one user at this pod, at once.</param>
/// <param name="Origins">Web pages that browsers may call the API from.</param>
internal sealed record BackendOptions(string Secret, Uri? Jwks, string? Issuer, string? Audience, int RequestsPerSecond, int Burst, IReadOnlyList<string> Origins)
{
    /// <exception cref="InvalidSettingException">A variable is missing or malformed.</exception>
    public static BackendOptions Read(SettingsReader settings) => new(
        settings.RequiredSecret("BETTER_AUTH_SECRET", minimumBytes: 32),
        settings.Optional("JWKS_URL") is null ? null : settings.HttpUri("JWKS_URL", new Uri("http://unused")),
        settings.StringOrUri("JWT_ISSUER"),
        settings.StringOrUri("JWT_AUDIENCE"),
        settings.Number("RATE_LIMIT", 200, 0, 1_000_000),
        settings.Number("RATE_LIMIT_BURST", 2_000, 1, 1_000_000),
        ReadOrigins(settings, "CORS_ORIGINS"));

    private static string[] ReadOrigins(SettingsReader settings, string name)
    {
        var origins = settings.Optional(name)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        // As a browser sends it: a slash at the end would never match.
        return Array.Find(origins, text => !Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.GetLeftPart(UriPartial.Authority) != text) is { } wrong
            ? throw new InvalidSettingException(name, $"must be origins like https://todo.example, separated by commas; '{wrong}' is none.")
            : origins;
    }
}
