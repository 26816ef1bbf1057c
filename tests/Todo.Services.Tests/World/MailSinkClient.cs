using System.Net.Http.Json;
using LocalCluster.Dependencies;
using LocalCluster.MailSink.Mails;
using LocalCluster.MailSink.Smtp;

namespace Todo.Services.Tests.World;

/// <summary>A mail sink of its own process, seen over HTTP.</summary>
public sealed class MailSinkClient : IAsyncDisposable
{
    private readonly Daemon _process;
    private readonly HttpClient _http;

    private MailSinkClient(Daemon process, Endpoint smtp, HttpClient http)
    {
        _process = process;
        _http = http;
        Smtp = smtp;
    }

    public Endpoint Smtp { get; }

    public static async Task<MailSinkClient> StartAsync(string folder)
    {
        var smtp = Addresses.Next(1025);
        var http = smtp with { Port = 8025 };
        var process = await Programs.StartAsync("LocalCluster.MailSink", folder, [smtp, http], ["--smtp", $"{smtp}", "--http", $"{http}"]);
        return new MailSinkClient(process, smtp, new HttpClient { BaseAddress = new Uri($"http://{http}") });
    }

    /// <summary>What a service has to know of it: it speaks no TLS.</summary>
    public Dictionary<string, string> Settings() => new() { ["SMTP_HOST"] = Smtp.Host, ["SMTP_PORT"] = $"{Smtp.Port}", ["SMTP_STARTTLS"] = "false" };

    public async Task<List<Mail>> MailsToAsync(string address) =>
        (await _http.GetFromJsonAsync<List<Mail>>($"mails?to={Uri.EscapeDataString(address)}"))!;

    public async Task FailAsync(Failure failure)
    {
        using var response = await _http.PutAsJsonAsync("failure", failure);
        response.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }
}
