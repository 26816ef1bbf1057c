using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Operator.Controllers;
using Kubernetes.Tests.Support;

namespace Kubernetes.Operator.Tests.Controllers;

/// <summary>Finalizers of several owners on one object, whoever was quicker.</summary>
public sealed class FinalizerPatcherTests : ApiServerTest
{
    private const string Ours = "tests.todo.io/ours";
    private const string Theirs = "tests.todo.io/theirs";

    private FinalizerPatcher<V1ConfigMap> Patcher => new(Client);

    [Fact]
    public async Task One_that_somebody_else_has_set_meanwhile_stays()
    {
        var stale = await CreateAsync();
        await SetAsync(Theirs);
        await Patcher.AddAsync(stale, Ours, CancellationToken.None);
        Assert.Equal([Theirs, Ours], (await LiveAsync())!.Metadata.Finalizers!);
    }

    [Fact]
    public async Task Only_ours_is_removed_though_the_list_has_changed_since_it_was_read()
    {
        await CreateAsync();
        await SetAsync(Ours, Theirs);
        var stale = (await LiveAsync())!;
        await SetAsync(Theirs, Ours);
        await Patcher.RemoveAsync(stale, Ours, CancellationToken.None);
        Assert.Equal([Theirs], (await LiveAsync())!.Metadata.Finalizers!);
    }

    [Fact]
    public async Task Another_object_of_the_same_name_is_left_alone()
    {
        var stale = await CreateAsync();
        await Client.DeleteAsync<V1ConfigMap>("default", "m");
        await CreateAsync();
        Assert.Null(await Patcher.AddAsync(stale, Ours, CancellationToken.None));
        Assert.Null((await LiveAsync())!.Metadata.Finalizers);
    }

    [Fact]
    public async Task None_is_set_on_what_is_being_deleted()
    {
        await CreateAsync();
        await SetAsync(Theirs);
        var stale = (await LiveAsync())!;
        await Client.DeleteAsync<V1ConfigMap>("default", "m");
        Assert.Null(await Patcher.AddAsync(stale, Ours, CancellationToken.None));
        Assert.Equal([Theirs], (await LiveAsync())!.Metadata.Finalizers!);
    }

    private Task<V1ConfigMap> CreateAsync() =>
        Client.CreateAsync(new V1ConfigMap { Metadata = new V1ObjectMeta { Name = "m", NamespaceProperty = "default" } });

    private Task<V1ConfigMap?> LiveAsync() => Client.GetAsync<V1ConfigMap>("default", "m");

    private Task<V1ConfigMap> SetAsync(params string[] finalizers) => Client.PatchAsync<V1ConfigMap>(
        "default",
        "m",
        new MergePatch(new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = new JsonArray([.. finalizers.Select(f => (JsonNode?)f)]) } }));
}
