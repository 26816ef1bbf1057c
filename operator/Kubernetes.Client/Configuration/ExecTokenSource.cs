using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;

namespace Kubernetes.Client.Configuration;

/// <summary>Logs in with what a command prints (a credential plugin). It runs again when its answer has run out, or is refused.</summary>
/// <param name="command">The command.</param>
/// <param name="time">Clock.</param>
public sealed class ExecTokenSource(ExecCommand command, TimeProvider time) : ITokenSource
{
    private readonly Lock _lock = new();
    private Task<ExecCredential>? _last;

    /// <summary>The certificate that the command gave, for connections that are opened from now on; null: none.</summary>
    public X509Certificate2? ClientCertificate => _last is { IsCompletedSuccessfully: true } last ? last.Result.Certificate : null;

    /// <inheritdoc/>
    public async ValueTask<string> GetTokenAsync(string? refused, CancellationToken cancellationToken)
    {
        Task<ExecCredential> current;
        lock (_lock)
        {
            // Requests that come together wait for one run of the command.
            if (_last is null || (_last.IsCompleted && IsStale(_last, refused)))
            {
                _last = RunAsync();
            }

            current = _last;
        }

        return (await current.WaitAsync(cancellationToken)).Token ?? "";
    }

    private bool IsStale(Task<ExecCredential> last, string? refused) =>
        !last.IsCompletedSuccessfully || last.Result.Expires <= time.GetUtcNow() || (refused is not null && (last.Result.Token ?? "") == refused);

    private async Task<ExecCredential> RunAsync()
    {
        using var deadline = new CancellationTokenSource(command.Timeout, time);
        using var process = Start();
        try
        {
            process.StandardInput.Close();
            var error = process.StandardError.ReadToEndAsync(deadline.Token);
            var answer = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return process.ExitCode == 0
                ? ExecCredential.Parse(answer, command.ApiVersion)
                : throw Wrong($"ended with exit code {process.ExitCode}: {(await error).Trim()}");
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw Wrong($"has not ended after {command.Timeout.TotalSeconds:0} s", e);
        }
        catch (FormatException e)
        {
            throw Wrong(e.Message, e);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(command.Command, command.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in command.Environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = ExecCredential.Request(command);
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw Wrong($"cannot be started: {e.Message}. {command.InstallHint}".TrimEnd(), e);
        }
    }

    private KubernetesConfigurationException Wrong(string what, Exception? inner = null) => new($"The credential plugin {command.Command}: {what}", inner);
}
