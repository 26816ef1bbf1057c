using System.Diagnostics;
using System.Text;
using Todo.Operator.Tests;

namespace Todo.Kubectl.Tests.Support;

/// <summary>The built plugin as a process of its own, by itself or by <c>kubectl</c>.</summary>
public sealed class Plugin(string kubeconfig, string home)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    // .../bin/Release/net10.0: of the same configuration as these tests.
    private static readonly string Folder = Repository.Path(
        ["operator", "Todo.Kubectl", "bin", .. AppContext.BaseDirectory.TrimEnd('/').Split('/')[^2..]]);

    public static string Program { get; } = Path.Combine(Folder, "kubectl-todoplatform");

    /// <summary>Variables for the process, beside those of the tests.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    public Task<Ended> RunAsync(params string[] arguments) => EndAsync(Start(Program, arguments));

    /// <summary><c>kubectl todoplatform ...</c> with the plugin on the PATH.</summary>
    public Task<Ended> ByKubectlAsync(params string[] arguments) => EndAsync(Start("kubectl", ["todoplatform", .. arguments]));

    /// <summary>Runs another program in the same surroundings.</summary>
    public Task<Ended> RunOtherAsync(string program, params string[] arguments) => EndAsync(Start(program, arguments));

    /// <summary>Answers what it asks.</summary>
    public async Task<Ended> AnswerAsync(string input, params string[] arguments)
    {
        var process = Start(Program, arguments);
        await process.StandardInput.WriteLineAsync(input);
        process.StandardInput.Close();
        return await EndAsync(process);
    }

    public Process Start(params string[] arguments) => Start(Program, arguments);

    /// <summary>The next line that it writes.</summary>
    public static async Task<string?> LineAsync(Process process)
    {
        using var deadline = new CancellationTokenSource(Patience);
        return await process.StandardOutput.ReadLineAsync(deadline.Token);
    }

    public static async Task<Ended> EndAsync(Process process)
    {
        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            using var deadline = new CancellationTokenSource(Patience);
            try
            {
                await process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException e)
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"It does not end: {await output}{await error}", e);
            }

            return new Ended(process.ExitCode, await output, await error);
        }
    }

    private Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["HOME"] = home;
        start.Environment["KUBECONFIG"] = kubeconfig;
        start.Environment["PATH"] = $"{Folder}:{System.Environment.GetEnvironmentVariable("PATH")}";
        start.Environment.Remove("NO_COLOR");
        foreach (var (name, value) in Environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }
}

/// <summary>How a process ended.</summary>
public sealed record Ended(int ExitCode, string Output, string Error);
