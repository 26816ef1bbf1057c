using Kubernetes.Client.Models;
using Kubernetes.Client.Serialization;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Observation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Tests.Generation;

public sealed class TemplateTests
{
    private static readonly GenerationContext Context = new(new TodoPlatformSpec(), "default", "todo", "uid");

    public static TheoryData<ServiceId, bool, string?, bool> Flags() => new()
    {
        { ServiceId.Backend, true, null, true },
        { ServiceId.Backend, true, "todo-kafka-backend", false },
        { ServiceId.Notification, true, null, true },
        { ServiceId.Notification, true, null, false },
        { ServiceId.Notification, true, "todo-redis-notification-service", true },
        { ServiceId.Notification, true, "todo-redis-notification-service", false },
        { ServiceId.EmailDelivery, false, null, false },
    };

    [Theory]
    [MemberData(nameof(Flags))]
    public void What_is_applied_is_read_back_as_the_same(ServiceId service, bool sidecar, string? publishesTo, bool direct)
    {
        var app = Context.Apps.First(a => a.Id == service);
        var flags = new TemplateFlags(sidecar, publishesTo, direct);
        var deployment = KubernetesJson.Default.FromNode<V1Deployment>(TemplateGenerator.Deployment(Context, app, flags));
        var template = deployment.Spec!.Template!;
        Assert.Equal(flags, TemplateReader.Flags(app, template.Metadata?.Annotations, template.Spec));
        Assert.True(TemplateReader.AnnotationsCurrent(Context, app, template));
    }

    [Fact]
    public void With_nothing_to_say_a_Deployment_is_given_back() =>
        Assert.Null(TemplateGenerator.Deployment(Context, Context.Apps[1], TemplateFlags.Untouched)["spec"]);

    [Fact]
    public void A_Deployment_of_which_only_a_Secret_is_noted_gets_nothing_else()
    {
        var deployment = KubernetesJson.Default.FromNode<V1Deployment>(TemplateGenerator.Deployment(Context, Context.Apps[1], TemplateFlags.Untouched, "todo-management.token=1a2b3c4d"));
        Assert.Equal("todo-management.token=1a2b3c4d", TemplateReader.Secrets(deployment.Spec!.Template!.Metadata!.Annotations));
        Assert.Single(deployment.Spec.Template.Metadata.Annotations!);
        Assert.Null(deployment.Spec.Template.Spec);
    }

    [Theory]
    [InlineData(null, null, null, true)]
    [InlineData("true", null, "todo-kafka-x", false)]
    [InlineData("true", "true", "todo-kafka-x", true)]
    [InlineData("false", "false", "todo-kafka-x", false)]
    public void Defaults_are_those_of_the_contract(string? useDapr, string? consumeDirect, string? pubsub, bool direct)
    {
        var app = Context.Apps.First(a => a.Id == ServiceId.RecurringTask);
        List<V1EnvVar> env = [];
        Add(env, "USE_DAPR", useDapr);
        Add(env, "CONSUME_DIRECT", consumeDirect);
        Add(env, "PUBSUB_NAME", pubsub);
        var flags = TemplateReader.Flags(app, null, new V1PodSpec { Containers = [new V1Container { Name = app.Container, Env = env }] });
        Assert.Equal(new TemplateFlags(Sidecar: false, useDapr == "true" ? pubsub : null, direct), flags);
    }

    private static void Add(List<V1EnvVar> env, string name, string? value)
    {
        if (value is not null)
        {
            env.Add(new V1EnvVar { Name = name, Value = value });
        }
    }
}
