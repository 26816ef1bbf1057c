using LocalCluster.Hosting;
using LocalCluster.Hosting.Todo;

namespace LocalCluster.Cli;

/// <summary><c>make run</c>: everything up, a steady load, and then the person's turn.</summary>
internal sealed class RunCommand(ClusterOptions options, int rate)
{
    public async Task<int> ExecuteAsync(CancellationToken cancellationToken)
    {
        var terminal = new Terminal();
        await using var cluster = await TodoCluster.StartAsync(options, terminal, cancellationToken);
        await using var load = rate == 0 ? null : cluster.StartLoad("run", rate);
        Terminal.Line(Guidance(await SampleAsync(cancellationToken)));
        try
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Terminal.Line("Stopping.");
        }

        return 0;
    }

    /// <summary>The sample's addresses are those of the default block; for another one it is written anew beside the cluster's data.</summary>
    private async Task<string> SampleAsync(CancellationToken cancellationToken)
    {
        var sample = Checkout.Find().PathOf("samples/todoplatform.yaml");
        if (options.Addresses.Block == ClusterAddresses.DefaultBlock)
        {
            return sample;
        }

        var rewritten = Path.Combine(options.DataFolder, Path.GetFileName(sample));
        await File.WriteAllTextAsync(rewritten, options.Addresses.Rewrite(await File.ReadAllTextAsync(sample, cancellationToken)), cancellationToken);
        return rewritten;
    }

    private string Guidance(string sample)
    {
        var kubeconfig = Path.GetRelativePath(Environment.CurrentDirectory, options.Kubeconfig);
        var addresses = options.Addresses;
        return $$$"""

            The services are on direct Kafka, under a load of {{{rate}}} operations/s. Ctrl-C ends everything. In a second terminal:

                export KUBECONFIG={{{kubeconfig}}}
                kubectl apply -f {{{Path.GetRelativePath(Environment.CurrentDirectory, sample)}}}
                kubectl get todoplatform todo -w
                kubectl wait todoplatform/todo --for=condition=Migrated --timeout=3m
                kubectl patch todoplatform todo --type merge -p '{"spec":{"broker":"redis"}}'
                kubectl patch todoplatform todo --type merge -p '{"spec":{"useDapr":false,"broker":"kafka"}}'
                kubectl describe todoplatform todo ; kubectl get deploy,pods ; kubectl logs deploy/backend

            Logs: {{{Path.GetRelativePath(Environment.CurrentDirectory, options.DataFolder)}}}/   Mails: http://{{{addresses.Mails}}}/mails
            """;
    }
}
