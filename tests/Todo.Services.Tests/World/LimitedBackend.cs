using System.Net;
using System.Security.Cryptography;
using System.Text.Json;

namespace Todo.Services.Tests.World;

/// <summary>A backend with everything set that may be: rate limit, CORS, public keys.</summary>
public sealed class LimitedBackend(Servers servers) : IAsyncLifetime
{
    public const string Issuer = "https://sign-in.example";

    private readonly HttpListener _keys = new();
    private ServiceProcess? _backend;

    public HttpClient Http => _backend!.Http;

    /// <summary>Its public half is published.</summary>
    public RSA Key { get; } = RSA.Create(2048);

    /// <summary>A symmetric key that somebody published.</summary>
    public byte[] Leaked { get; } = [.. Enumerable.Range(1, 32).Select(n => (byte)n)];

    public async ValueTask InitializeAsync()
    {
        var address = $"http://{Addresses.Next(8099)}/";
        _keys.Prefixes.Add(address);
        _keys.Start();
        _ = ServeKeysAsync();
        _backend = await ServiceProcess.StartAsync("Todo.Backend", 8000, servers, await servers.CreateDatabaseAsync(), new Dictionary<string, string>
        {
            ["RATE_LIMIT"] = "2",
            ["RATE_LIMIT_BURST"] = "20",
            ["CORS_ORIGINS"] = "https://todo.example, http://localhost:3000",
            ["JWKS_URL"] = address + "jwks.json",
            ["JWT_ISSUER"] = Issuer,
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (_backend is not null)
        {
            await _backend.DisposeAsync();
        }

        _keys.Close();
        Key.Dispose();
    }

    private static string Base64Url(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    private async Task ServeKeysAsync()
    {
        var key = Key.ExportParameters(includePrivateParameters: false);
        var document = JsonSerializer.SerializeToUtf8Bytes(new
        {
            keys = new object[]
            {
                new { kty = "RSA", use = "sig", kid = "key-1", n = Base64Url(key.Modulus), e = Base64Url(key.Exponent) },
                new { kty = "oct", use = "sig", kid = "leaked", k = Base64Url(Leaked) },
            },
        });
        while (_keys.IsListening)
        {
            try
            {
                var context = await _keys.GetContextAsync();
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(document);
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
