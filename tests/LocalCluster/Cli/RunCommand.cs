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
        Terminal.Line(Guidance());
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

    private string Guidance()
    {
        var kubeconfig = Path.GetRelativePath(Environment.CurrentDirectory, options.Kubeconfig);
        var sample = Path.GetRelativePath(Environment.CurrentDirectory, Checkout.Find().PathOf("samples/todoplatform.yaml"));
        var addresses = options.Addresses;
        return $$$"""

            The services are on direct Kafka, under a load of {{{rate}}} operations/s. Ctrl-C ends everything. In a second terminal:

                export KUBECONFIG={{{kubeconfig}}}
                kubectl apply -f {{{sample}}}
                kubectl get todoplatform todo -w
                kubectl wait todoplatform/todo --for=condition=Migrated --timeout=3m
                kubectl patch todoplatform todo --type merge -p '{"spec":{"broker":"redis"}}'
                kubectl patch todoplatform todo --type merge -p '{"spec":{"useDapr":false,"broker":"kafka"}}'
                kubectl get deploy,pods ; kubectl logs deploy/backend

            Logs: {{{Path.GetRelativePath(Environment.CurrentDirectory, options.DataFolder)}}}/   Mails: http://{{{addresses.Mails}}}/mails
            """;
    }
}
