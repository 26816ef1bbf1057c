using LocalCluster.Sidecar.CommandLine;

namespace LocalCluster.Sidecar.Tests.Units;

public sealed class CommandLineTests
{
    [Fact]
    public void The_node_s_command_line_is_understood()
    {
        var options = DaprdCommandLine.Parse(
            (
                "--app-id a --app-port 8000 --app-protocol http --app-channel-address 127.1.0.1 --dapr-listen-addresses 127.1.0.1 --dapr-http-port 3500 "
                + "--dapr-grpc-port 50001 --dapr-internal-grpc-port 50002 --dapr-public-port 3501 --dapr-public-listen-address 127.1.0.1 --metrics-port 9090 "
                + "--metrics-listen-address 127.1.0.1 --resources-path /r --config /c.yaml --log-level info --scheduler-host-address 127.1.0.6:50006 "
                + "--enable-app-health-check --app-health-check-path /healthz --app-health-probe-interval 1 --app-health-threshold 1 "
                + "--dapr-graceful-shutdown-seconds 7 --dapr-block-shutdown-duration 20s").Split(' '),
            name => name == "DAPR_API_TOKEN" ? "secret" : null);
        Assert.Equal("a", options.AppId);
        Assert.Equal(8000, options.AppPort);
        Assert.Equal(["127.1.0.1"], options.ListenAddresses);
        Assert.Equal("127.1.0.6:50006", options.SchedulerAddress);
        Assert.Equal(new AppHealthOptions("/healthz", TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(500), 1), options.AppHealth);
        Assert.Equal(TimeSpan.FromSeconds(7), options.GracefulShutdown);
        Assert.Equal(TimeSpan.FromSeconds(20), options.BlockShutdown);
        Assert.Equal("secret", options.ApiToken);
    }

    [Fact]
    public void Defaults_are_daprd_s()
    {
        var options = DaprdCommandLine.Parse(["--app-id=a", "--enable-metrics=false"], _ => null);
        Assert.Null(options.AppPort);
        Assert.Null(options.AppHealth);
        Assert.Null(options.BlockShutdown);
        Assert.Equal(TimeSpan.FromSeconds(5), options.GracefulShutdown);
        Assert.Equal((3500, 3501, 9090), (options.HttpPort, options.PublicPort, options.MetricsPort));
        Assert.False(options.EnableMetrics);
    }

    [Theory]
    [InlineData("--app-id a --nonsense 1", "unknown flag: --nonsense")]
    [InlineData("--app-port 1", "--app-id is required")]
    [InlineData("--app-id a --app-port x", "--app-port")]
    [InlineData("--app-id a --dapr-block-shutdown-duration 20", "--dapr-block-shutdown-duration")]
    [InlineData("--app-id", "flag needs an argument: --app-id")]
    [InlineData("stray", "unexpected argument 'stray'")]
    public void What_cannot_be_understood_is_named(string arguments, string message) =>
        Assert.Contains(message, Assert.Throws<CommandLineException>(() => DaprdCommandLine.Parse(arguments.Split(' '), _ => null)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("300ms", 300)]
    [InlineData("1.5s", 1500)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("0", 0)]
    public void Go_durations(string text, double milliseconds)
    {
        Assert.True(GoDuration.TryParse(text, out var value));
        Assert.Equal(milliseconds, value.TotalMilliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5 s")]
    [InlineData("s")]
    [InlineData("1d")]
    public void Not_go_durations(string text) => Assert.False(GoDuration.TryParse(text, out _));
}
