using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.Hosting;
using Todo.Operator.Hosting;

namespace Benchmarks.Runtime;

/// <summary>
/// The operator as a process of its own: this program again, with the runtime's settings of the operator's own program, which runs it as that does and answers each line of input with the bytes that are in use on its managed heap
/// after a full collection. Only the process itself can tell that.
/// </summary>
internal sealed class OperatorProcess : IDisposable
{
    /// <summary>The argument by which this program is the operator.</summary>
    public const string Argument = "operator-process";

    private readonly Process _process;

    public OperatorProcess(string kubeconfig) => _process = Process.Start(new ProcessStartInfo(
        "dotnet", ["exec", "--runtimeconfig", Beside("Todo.Operator.runtimeconfig.json"), "--depsfile", Beside("Benchmarks.deps.json"), Beside("Benchmarks.dll"), Argument])
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        Environment = { ["KUBECONFIG"] = kubeconfig },
    })!;

    private static string Beside(string file) => Path.Combine(AppContext.BaseDirectory, file);

    public bool HasEnded => _process.HasExited;

    public long PrivateMemory => Runtime.PrivateMemory.Of(_process.Id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Bytes on the managed heap after a full collection.</summary>
    public async Task<long> CollectAsync(CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync("collect".AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        while (await _process.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            // The operator logs to the same stream.
            if (long.TryParse(line, CultureInfo.InvariantCulture, out var bytes))
            {
                return bytes;
            }
        }

        throw new InvalidOperationException("the operator has ended");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>The operator, in the process that was started for it. It ends when its input does.</summary>
    public static async Task<int> RunAsync()
    {
        await using var app = OperatorApplication.Build(new OperatorSettings(null, LeaderElection: true, null, null, IPAddress.Loopback, 0));
        await app.StartAsync();
        var answers = new Thread(() =>
        {
            while (Console.ReadLine() is not null)
            {
                Console.WriteLine(GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture));
            }

            app.Lifetime.StopApplication();
        }) { IsBackground = true };
        answers.Start();
        await app.WaitForShutdownAsync();
        return Environment.ExitCode;
    }
}
