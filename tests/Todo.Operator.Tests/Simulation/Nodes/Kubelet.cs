using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Todo.Operator.Generation;
using Todo.Operator.Tests.Simulation.ControlPlane;
using Todo.Operator.Tests.Simulation.Time;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Simulation.Nodes;

/// <summary>Starts and ends pods, with the sidecar injector. Whatever takes time takes a random time.</summary>
internal sealed class Kubelet(ObjectStore store, VirtualClock clock, Weather weather, IReadOnlyList<AppDefinition> apps, Random random)
{
    private readonly List<PodState> _pods = [];
    private int _names;

    /// <summary>A pod became ready, was told to end, or is gone.</summary>
    public event Action<PodState>? Changed;

    public IReadOnlyList<PodState> Pods => _pods;

    public PodState? Find(string name) => _pods.Find(p => p.Name == name);

    public IEnumerable<PodState> Of(ServiceId service) => _pods.Where(p => p.App.Id == service);

    /// <summary>Pods that run already.</summary>
    public void Adopt(IEnumerable<PodState> pods)
    {
        _pods.AddRange(pods);
        _names = _pods.Max(p => int.Parse(p.Name[(p.Name.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture));
    }

    public PodState Start(string deployment, string text, JsonObject template)
    {
        var app = apps.First(a => a.Deployment == deployment);
        var asks = template["metadata"].Text("annotations", TemplateGenerator.EnabledAnnotation) == "true";
        var pod = new PodState($"{deployment}-{++_names}", deployment, text, app, template, asks && !weather.InjectorOff) { Token = Token() };
        _pods.Add(pod);
        var value = template.Copy();
        value.Metadata()["name"] = pod.Name;
        value.Metadata()["namespace"] = Kinds.Namespace;
        if (pod.HasSidecar)
        {
            value["spec"]!["containers"]!.AsArray().Add(new JsonObject { ["name"] = "daprd", ["image"] = "dapr/daprd" });
        }

        store.Create(Kinds.Pod, value, "kube-controller-manager");
        Wait(200, 700, () => Begin(pod));
        return pod;
    }

    public void End(PodState pod)
    {
        (pod.IsEnding, pod.IsReady) = (true, false);
        store.Delete(Kinds.Pod, Kinds.Namespace, pod.Name, new Kubernetes.Client.Requests.DeleteOptions());
        Changed?.Invoke(pod);
        Wait(200, 1200, () =>
        {
            (pod.IsRunning, pod.IsGone) = (false, true);
            _pods.Remove(pod);
            store.Delete(Kinds.Pod, Kinds.Namespace, pod.Name, new Kubernetes.Client.Requests.DeleteOptions(), now: true);
            Changed?.Invoke(pod);
        });
    }

    private void Begin(PodState pod)
    {
        if (pod.IsEnding || pod.IsReady)
        {
            return;
        }

        var crashes = pod.HasSidecar && weather.SidecarsCrash;
        var stuck = crashes || pod.Token == Services.ManagementPort.WrongToken || (weather.Stuck is { } broker && pod.UseDapr && Sidecars.IsOver(pod.PublishesTo, broker));
        (pod.IsReady, pod.IsRunning) = (!stuck, !stuck);
        pod.SidecarRestarts += crashes ? 1 : 0;
        store.Change(Kinds.Pod, Kinds.Namespace, pod.Name, p => p.Having("status", Status(pod, p)), "status");
        Changed?.Invoke(pod);
        if ((crashes && pod.SidecarRestarts < 5) || (stuck && !crashes))
        {
            Wait(2000, 4000, () => Begin(pod));
        }
    }

    private string Token() =>
        Encoding.UTF8.GetString(Convert.FromBase64String(store.Find(Kinds.Secret, Kinds.Namespace, "todo-management")!["data"].Text("token")!));

    private JsonObject Status(PodState pod, JsonObject value)
    {
        var ready = pod.IsReady ? "True" : "False";
        return new JsonObject
        {
            ["phase"] = "Running",
            ["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "Ready", ["status"] = ready, ["lastTransitionTime"] = store.Stamp() },
                new JsonObject { ["type"] = "ContainersReady", ["status"] = ready, ["lastTransitionTime"] = store.Stamp() }),
            ["containerStatuses"] = new JsonArray([.. value["spec"]!["containers"]!.AsArray().Select(c => new JsonObject
            {
                ["name"] = c.Text("name"),
                ["image"] = "simulated",
                ["imageID"] = "simulated",
                ["ready"] = pod.IsReady,
                ["restartCount"] = c.Text("name") == "daprd" ? pod.SidecarRestarts : 0,
            })]),
        };
    }

    private void Wait(int least, int most, Action action) => clock.After(TimeSpan.FromMilliseconds(random.Next(least, most)), action);
}
