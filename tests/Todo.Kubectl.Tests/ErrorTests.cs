using System.Net;
using System.Net.Sockets;
using LocalCluster.ApiServer;
using LocalCluster.ApiServer.Faults;
using Todo.Kubectl.Tests.Support;

namespace Todo.Kubectl.Tests;

/// <summary>What it says when it cannot do what was asked.</summary>
public sealed class ErrorTests(SharedServer server) : PlatformTest(server)
{
    private readonly SharedServer _server = server;

    [Fact]
    public async Task Without_a_name_there_has_to_be_one_platform()
    {
        var none = await Plugin.RunAsync("status");
        Assert.Equal((3, $"error: There is no TodoPlatform in namespace {Namespace}.\n"), (none.ExitCode, none.Error));

        await CreateAsync("second");
        await CreateAsync("first");
        var two = await Plugin.RunAsync("status");
        Assert.Equal((64, $"error: Namespace {Namespace} has 2 TodoPlatforms, so one has to be named: first, second.\n"), (two.ExitCode, two.Error));
    }

    [Theory]
    [InlineData("get", "status", "todo")]
    [InlineData("list", "status")]
    [InlineData("patch", "abort", "todo")]
    [InlineData("watch", "status", "todo", "-w")]
    public async Task A_right_that_is_missing_is_named(string right, params string[] arguments)
    {
        await CreateAsync();
        Fail(request => request.Verb == right && request.UserAgent.StartsWith("kubectl-todoplatform", StringComparison.Ordinal) ? new Fault { Status = 403 } : null);
        var ended = await Plugin.RunAsync(arguments);
        Assert.Equal(3, ended.ExitCode);
        Assert.StartsWith(
            $"error: The right to {right} todoplatforms.platform.todo.io in namespace {Namespace} is missing. The server says: ", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_without_the_resource_is_told_from_a_missing_platform()
    {
        await using var bare = await KubeApiServer.StartAsync(new ApiServerOptions { Address = IPAddress.Parse("127.73.0.2"), Tokens = [new ApiToken("t")] });
        var kubeconfig = Path.Combine(_server.Folder, "bare.kubeconfig");
        bare.WriteKubeconfig(kubeconfig);
        foreach (string[] name in new[] { [], new[] { "todo" } })
        {
            var ended = await Plugin.RunAsync(["status", "--kubeconfig", kubeconfig, .. name]);
            Assert.Equal(
                (3, "error: This cluster does not know todoplatforms.platform.todo.io/v1alpha1: kubectl apply -f crds/platform.todo.io_todoplatforms.yaml installs it.\n"),
                (ended.ExitCode, ended.Error));
        }
    }

    [Fact]
    public async Task A_server_that_is_not_there_and_a_login_that_is_not_accepted_are_told()
    {
        var good = await File.ReadAllTextAsync(_server.WriteKubeconfig(Namespace));
        var wrong = Path.Combine(_server.Folder, "wrong.kubeconfig");
        await File.WriteAllTextAsync(wrong, good.Replace("secret", "guess", StringComparison.Ordinal));
        var refused = await Plugin.RunAsync("status", "todo", "--kubeconfig", wrong);
        Assert.Equal(3, refused.ExitCode);
        Assert.StartsWith("error: The server does not accept this login: ", refused.Error, StringComparison.Ordinal);

        int port;
        using (var listener = new TcpListener(IPAddress.Parse("127.73.0.3"), 0))
        {
            listener.Start();
            port = ((IPEndPoint)listener.LocalEndpoint).Port;
        }

        await File.WriteAllTextAsync(wrong, good.Replace(_server.Server.Uri.GetLeftPart(UriPartial.Authority), $"https://127.73.0.3:{port}", StringComparison.Ordinal));
        var away = await Plugin.RunAsync("status", "todo", "--kubeconfig", wrong);
        Assert.Equal(3, away.ExitCode);
        Assert.StartsWith(
            $"error: https://127.73.0.3:{port}/apis/platform.todo.io/v1alpha1/namespaces/{Namespace}/todoplatforms/todo cannot be reached: ", away.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kubeconfig_or_context_that_is_missing_is_named()
    {
        var missing = await Plugin.RunAsync("status", "--kubeconfig", "/nowhere/config");
        Assert.Equal((3, "error: --kubeconfig: /nowhere/config does not exist.\n"), (missing.ExitCode, missing.Error));

        var context = await Plugin.RunAsync("status", "--context", "moon");
        Assert.Equal((3, $"error: kubeconfig {_server.WriteKubeconfig(Namespace)}: has no context \"moon\".\n"), (context.ExitCode, context.Error));
    }

    [Fact]
    public async Task A_wrong_command_line_is_64_and_help_has_examples()
    {
        var unknown = await Plugin.RunAsync("stauts");
        Assert.Equal(64, unknown.ExitCode);
        var time = await Plugin.RunAsync("abort", "todo", "--timeout", "soon");
        Assert.Equal(64, time.ExitCode);
        Assert.Contains("--timeout: 'soon' is not a time like 30s, 5m or 1h30m, of 30 days at most.", time.Error);

        foreach (var verb in new[] { "status", "plan", "replay-dead" })
        {
            var help = await Plugin.RunAsync(verb, "--help");
            Assert.Equal(0, help.ExitCode);
            Assert.Contains($"kubectl todoplatform {verb}", help.Output);
        }
    }
}
