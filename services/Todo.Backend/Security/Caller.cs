using System.Security.Claims;

namespace Todo.Backend.Security;

/// <summary>Who asks. Comes from the token alone, never from an argument.</summary>
/// <param name="UserId"><c>sub</c>.</param>
/// <param name="Email"><c>email</c>: where reminders go; null when the token has none.</param>
/// <param name="TimeZone"><c>time_zone</c>, an IANA name; null when the token has none.</param>
internal sealed record Caller(string UserId, string? Email, string? TimeZone)
{
    public static Caller Of(ClaimsPrincipal user) =>
        new(user.FindFirstValue("sub")!, NotEmpty(user.FindFirstValue("email")), NotEmpty(user.FindFirstValue("time_zone")));

    private static string? NotEmpty(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();
}
