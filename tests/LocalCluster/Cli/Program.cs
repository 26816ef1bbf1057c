using System.CommandLine;
using LocalCluster.Cli;
using LocalCluster.Dependencies;
using LocalCluster.Hosting;

var data = new Option<DirectoryInfo>("--data")
{
    Description = "Folder for the cluster's data, logs and kubeconfig",
    DefaultValueFactory = _ => new DirectoryInfo(Checkout.Find().PathOf(".local")),
};
var block = new Option<int>("--block")
{
    Description = "The cluster listens on 127.N.0.0/16",
    DefaultValueFactory = _ => ClusterAddresses.DefaultBlock,
};
block.Validators.Add(result =>
{
    if (result.GetValue(block) is < 1 or > 254)
    {
        result.AddError("--block must be 1 to 254.");
    }
});
var keep = new Option<bool>("--keep") { Description = "Go on with the data of the last run instead of starting afresh" };

var runRate = new Option<int>("--rate") { Description = "Task operations per second of the steady load; 0 for none", DefaultValueFactory = _ => 20 };
var run = new Command("run", "Start the local cluster, the services, the operator and a steady load; stay until Ctrl-C") { data, block, keep, runRate };
run.SetAction((parsed, cancellationToken) => Terminal.GuardAsync(
    () => new RunCommand(OptionsFrom(parsed), parsed.GetValue(runRate)).ExecuteAsync(cancellationToken)));

var demoRate = new Option<int>("--rate") { Description = "Task operations per second during the moves", DefaultValueFactory = _ => 120 };
var demo = new Command("demo", "Every move under load, one after the other; ends with the account, and with 1 if anything was lost, doubled or refused")
{
    data, block, keep, demoRate,
};
demo.SetAction((parsed, cancellationToken) => Terminal.GuardAsync(
    () => new DemoCommand(OptionsFrom(parsed), parsed.GetValue(demoRate)).ExecuteAsync(cancellationToken)));

var root = new RootCommand("A small Kubernetes on this machine, with the TodoPlatform operator and its four services.") { run, demo };
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });

ClusterOptions OptionsFrom(ParseResult parsed) => new()
{
    DataFolder = parsed.GetValue(data)!.FullName,
    Addresses = new ClusterAddresses(parsed.GetValue(block)),
    KeepData = parsed.GetValue(keep),
};
