using Kubernetes.Operator.Manifests;
using Todo.Operator.Resource;

namespace Todo.Operator.Tests.Resource;

public sealed class CrdTests
{
    [Fact]
    public void The_checked_in_definition_is_what_the_types_say() =>
        Assert.Equal(
            ManifestCommand.CrdYaml(typeof(V1Alpha1TodoPlatform).Assembly),
            File.ReadAllText(Repository.Path("crds", "platform.todo.io_todoplatforms.yaml")));

    [Fact]
    public void The_checked_in_role_is_what_the_controllers_need()
    {
        var output = new StringWriter();
        Assert.True(ManifestCommand.TryRun(["rbac", "todo-operator"], typeof(V1Alpha1TodoPlatform).Assembly, output));
        Assert.Equal(output.ToString(), File.ReadAllText(Repository.Path("config", "rbac", "role.yaml")));
    }

    [Fact]
    public void Every_field_of_the_spec_has_a_description()
    {
        var yaml = ManifestCommand.CrdYaml(typeof(V1Alpha1TodoPlatform).Assembly);
        Assert.DoesNotContain("description: null", yaml, StringComparison.Ordinal);
        Assert.Contains("Default none: as oldest, but the preflight fails when such a group meets a topic that is not empty.", yaml, StringComparison.Ordinal);
        Assert.DoesNotContain("Default oldest.", yaml, StringComparison.Ordinal);
    }
}
