using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Todo.Services.Tests.World;

namespace Todo.Services.Tests.Api;

/// <summary>How often one may ask, from which pages, and with whose tokens.</summary>
public sealed class LimitsTests(LimitedBackend backend) : IClassFixture<LimitedBackend>
{
    [Fact]
    public async Task A_user_who_asks_too_much_waits_and_nobody_else_does()
    {
        var (eager, calm) = (User("eager"), User("calm"));
        var watch = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => StatusAsync(eager)));
        var passed = answers.Count(s => s == HttpStatusCode.OK);
        Assert.InRange(passed, 20, 20 + 2 * (int)Math.Ceiling(watch.Elapsed.TotalSeconds + 1));
        Assert.Equal(60 - passed, answers.Count(s => s == HttpStatusCode.TooManyRequests));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(calm));

        // MCP draws from the same bucket.
        using var refused = await Eventually.SeeAsync("a refusal", () => eager.RequestAsync(HttpMethod.Post, "mcp", "{}"), r => r.StatusCode == HttpStatusCode.TooManyRequests);
        Assert.Equal("application/problem+json", refused.Content.Headers.ContentType?.MediaType);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        await Eventually.SeeAsync("an answer again", () => StatusAsync(eager), status => status == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("https://todo.example", true)]
    [InlineData("http://localhost:3000", true)]
    [InlineData("https://todo.example:8443", false)]
    [InlineData("https://other.example", false)]
    public async Task Pages_of_the_origins_that_are_set_may_call_and_no_others(string origin, bool allowed)
    {
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "api/v1/tasks/1");
        preflight.Headers.Add("Origin", origin);
        preflight.Headers.Add("Access-Control-Request-Method", "PATCH");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization,content-type,idempotency-key,if-match");
        using var answer = await backend.Http.SendAsync(preflight);
        Assert.Equal(allowed ? origin : null, Header(answer, "Access-Control-Allow-Origin"));
        Assert.Equal(allowed, Header(answer, "Access-Control-Allow-Methods")?.Contains("PATCH", StringComparison.Ordinal) == true);

        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/tasks");
        request.Headers.Add("Origin", origin);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", User($"page-{origin.Length}").Token);
        using var response = await backend.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(allowed ? origin : null, Header(response, "Access-Control-Allow-Origin"));
        Assert.Equal(allowed, Header(response, "Access-Control-Expose-Headers")?.Contains("ETag", StringComparison.Ordinal) == true);
        Assert.Null(Header(response, "Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task Tokens_signed_with_a_published_key_or_the_shared_secret_are_taken_and_no_others()
    {
        using var stranger = RSA.Create(2048);
        var publicKey = Encoding.ASCII.GetBytes(backend.Key.ExportSubjectPublicKeyInfoPem());
        Assert.Equal(HttpStatusCode.OK, await WithAsync(Signed(backend.Key, "RS256", "key-1")));
        Assert.Equal(HttpStatusCode.OK, await WithAsync(User("secret").Token!));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(Signed(stranger, "RS256", "key-1")));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(Signed(stranger, "RS256", "key-2")));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(Signed(backend.Key, "RS256", "key-1", issuer: "https://other.example")));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(Signed(backend.Key, "RS256", "key-1", lifetime: TimeSpan.FromHours(-1))));
        // The public key as if it were the secret, a symmetric key that somebody published, and none at all.
        Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(Token("HS256", "key-1", bytes => HMACSHA256.HashData(publicKey, bytes))));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(Token("HS256", "leaked", bytes => HMACSHA256.HashData(backend.Leaked, bytes))));
        Assert.Equal(HttpStatusCode.Unauthorized, await WithAsync(Token("none", "key-1", _ => [])));
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    private ApiClient User(string name) =>
        new(backend.Http, name) { Token = Token("HS256", null, bytes => HMACSHA256.HashData(Encoding.UTF8.GetBytes(ServiceProcess.Secret), bytes), subject: name) };

    private static async Task<HttpStatusCode> StatusAsync(ApiClient user)
    {
        using var response = await user.SendAsync(HttpMethod.Get, "");
        return response.StatusCode;
    }

    private Task<HttpStatusCode> WithAsync(string token) => StatusAsync(new ApiClient(backend.Http, "any") { Token = token });

    private static string Signed(RSA key, string algorithm, string keyId, string issuer = LimitedBackend.Issuer, TimeSpan? lifetime = null) =>
        Token(algorithm, keyId, bytes => key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1), issuer, lifetime);

    private static string Token(string algorithm, string? keyId, Func<byte[], byte[]> sign, string issuer = LimitedBackend.Issuer, TimeSpan? lifetime = null, string subject = "keys")
    {
        var header = new JsonObject { ["alg"] = algorithm, ["typ"] = "JWT" };
        if (keyId is not null)
        {
            header["kid"] = keyId;
        }

        var claims = new JsonObject { ["sub"] = subject, ["iss"] = issuer, ["exp"] = DateTimeOffset.UtcNow.Add(lifetime ?? TimeSpan.FromHours(1)).ToUnixTimeSeconds() };
        var unsigned = $"{Encode(JsonSerializer.SerializeToUtf8Bytes(header))}.{Encode(JsonSerializer.SerializeToUtf8Bytes(claims))}";
        return $"{unsigned}.{Encode(sign(Encoding.ASCII.GetBytes(unsigned)))}";
    }

    private static string Encode(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
