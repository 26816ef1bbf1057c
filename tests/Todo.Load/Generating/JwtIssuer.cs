using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Todo.Load.Generating;

/// <summary>Tokens as the product's sign-in would give them: JWT (RFC 7519), HS256, with <c>sub</c> and <c>email</c>.</summary>
internal sealed class JwtIssuer(string secret, TimeProvider time)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset RenewAt)> _tokens = new(StringComparer.Ordinal);

    /// <summary>A token that holds for half an hour at least.</summary>
    public string TokenFor(string user, string email)
    {
        var now = time.GetUtcNow();
        if (_tokens.TryGetValue(user, out var known) && known.RenewAt > now)
        {
            return known.Token;
        }

        var token = Issue(user, email, now);
        _tokens[user] = (token, now + (Lifetime / 2));
        return token;
    }

    private string Issue(string user, string email, DateTimeOffset now)
    {
        var header = Base64Url.EncodeToString("""{"alg":"HS256","typ":"JWT"}"""u8);
        using var json = new MemoryStream();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("sub", user);
            writer.WriteString("email", email);
            writer.WriteNumber("iat", now.ToUnixTimeSeconds());
            writer.WriteNumber("exp", (now + Lifetime).ToUnixTimeSeconds());
            writer.WriteEndObject();
        }

        var signed = $"{header}.{Base64Url.EncodeToString(json.ToArray())}";
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.ASCII.GetBytes(signed));
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }
}
