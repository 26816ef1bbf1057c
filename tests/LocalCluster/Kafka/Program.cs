using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using LocalCluster.Kafka;
using LocalCluster.Kafka.Control;

var listen = new Option<string>("--listen") { Description = "Address and port to listen on; clients are told the same.", Required = true };
var data = new Option<string>("--data") { Description = "Folder for log, offsets and groups. Made when missing.", Required = true };
var topic = new Option<string[]>("--topic") { Description = "name:partitions of a topic to make when it is missing. May be repeated.", AllowMultipleArgumentsPerToken = true };
var partitions = new Option<int>("--auto-create-partitions") { Description = "Partitions of a topic that a client merely mentions; 0: such topics are not made.", DefaultValueFactory = _ => 1 };
var delay = new Option<int>("--initial-rebalance-delay") { Description = "Milliseconds that an empty group waits for further members.", DefaultValueFactory = _ => 100 };
var control = new Option<string?>("--control") { Description = "Address and port of the control HTTP server: GET /topics, /groups, /faults; POST /faults/hang, refuse, slow, drop, lose-acknowledgements, fence, resume." };

var command = new RootCommand("A small Kafka broker, made as a test double: one broker, no replication, no transactions, no authentication.")
{
    listen, data, topic, partitions, delay, control,
};
command.SetAction(RunAsync);

// The default of 2 s would turn a clean end on a busy machine into exit code 143.
return await command.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });

async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
{
    if (!IPEndPoint.TryParse(parsed.GetRequiredValue(listen), out var address))
    {
        return Fail($"--listen: '{parsed.GetValue(listen)}' is not address:port.");
    }

    IPEndPoint? controlAddress = null;
    if (parsed.GetValue(control) is { } text && !IPEndPoint.TryParse(text, out controlAddress))
    {
        return Fail($"--control: '{text}' is not address:port.");
    }

    var topics = new Dictionary<string, int>(StringComparer.Ordinal);
    foreach (var each in parsed.GetValue(topic) ?? [])
    {
        if (each.Split(':') is not [var name, var count] || !int.TryParse(count, out var number))
        {
            return Fail($"--topic: '{each}' is not name:partitions.");
        }

        topics[name] = number;
    }

    var options = new BrokerOptions
    {
        Listen = address,
        DataFolder = parsed.GetRequiredValue(data),
        Topics = topics,
        AutoCreatePartitions = parsed.GetValue(partitions),
        InitialRebalanceDelay = TimeSpan.FromMilliseconds(parsed.GetValue(delay)),
    };
    try
    {
        await using var broker = await KafkaBroker.StartAsync(options);
        await using var controlServer = controlAddress is null ? null : await ControlServer.StartAsync(broker, controlAddress);
        Console.WriteLine($"Kafka (test double) ready on {broker.BootstrapServers}, data in {options.DataFolder}");
        await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }
    catch (SocketException refused)
    {
        return Fail($"Cannot listen on {address}: {refused.Message}");
    }
    catch (Exception refused) when (refused is DataFolderInUseException or ArgumentException or IOException or UnauthorizedAccessException)
    {
        return Fail(refused.Message);
    }
}

static int Fail(string message)
{
    Console.Error.WriteLine(message);
    return 1;
}
