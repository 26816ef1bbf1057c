using System.Globalization;
using Kubernetes.Client.Models;
using Kubernetes.Operator.Hosting;
using Kubernetes.Operator.Informers;
using Kubernetes.SampleOperator;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The gadget operator as a process of its own, `<name> <namespace> [<lease>]`, for the cluster that KUBECONFIG names.
// Each line of input is answered with the bytes that are in use after a full collection; when the input ends, so does the process.
var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
builder.Services.AddKubernetesOperator(o =>
    {
        o.Name = args[0];
        o.WatchNamespace = args[1];
        o.FieldManagers.Add("gadgets");
        o.Informers = new InformerTimings { FirstBackoff = TimeSpan.FromMilliseconds(10), LongestBackoff = TimeSpan.FromMilliseconds(200) };
        o.LeaderElection.Enabled = args.Length > 2;
        o.LeaderElection.Namespace = args[1];
        o.LeaderElection.LeaseName = args.ElementAtOrDefault(2);
        o.LeaderElection.Identity = args[0];
    })
    .AddController<GadgetController, V1Gadget>(static c => c.Owns<V1ConfigMap>());
using var host = builder.Build();
await host.StartAsync();
var answers = new Thread(Answer) { IsBackground = true };
answers.Start();
await host.WaitForShutdownAsync();
return Environment.ExitCode;

void Answer()
{
    while (Console.ReadLine() is not null)
    {
        Console.WriteLine(GC.GetTotalMemory(forceFullCollection: true).ToString(CultureInfo.InvariantCulture));
    }

    host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
}
