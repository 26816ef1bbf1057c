using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Todo.Operator.Decisions;
using Todo.Operator.Decisions.Requests;
using Todo.Operator.Generation;
using Todo.Operator.Resource;
using Todo.Operator.Secrets;
using Todo.Operator.Telemetry;

namespace Todo.Operator.Execution;

/// <summary>
/// Does what was decided. Every write says what it was decided on: an apply to a Deployment or to a generated object and a delete carry its version, an order to
/// a service the epoch. What has changed in the meantime is not done; the next look decides anew.
/// </summary>
public sealed class Executor(IKubernetesClient client, Orders orders, Adoption adoption, SecretFingerprints secrets)
{
    /// <summary>Does all actions at the same time: none depends on another of the same decision.</summary>
    public async Task<ExecutionResult> ExecuteAsync(
        GenerationContext context, IReadOnlyList<GeneratedObject> generated, Observed observed, Decision decision, CancellationToken cancellationToken)
    {
        var outcomes = await Task.WhenAll(decision.Actions.Select(a => TraceAsync(context, generated, observed, decision.Memory, a, cancellationToken)));
        var memory = decision.Memory;
        foreach (var probe in outcomes.Select(o => o.Probe).OfType<Probe>())
        {
            memory = memory with { Probe = probe };
        }

        foreach (var done in outcomes.Select(o => o.Acknowledged).OfType<Acknowledgement>())
        {
            memory = memory with { Acknowledged = memory.Acknowledged.SetItem(RequestKind.ReplayDead, done) };
        }

        return new ExecutionResult(memory, [.. outcomes.Select(o => o.Problem).OfType<string>()], outcomes.Select(o => o.Delay).OfType<string>().FirstOrDefault(), outcomes.All(o => o.Done));
    }

    private async Task<Outcome> TraceAsync(
        GenerationContext context, IReadOnlyList<GeneratedObject> generated, Observed observed, MoveMemory memory, PlatformAction action, CancellationToken cancellationToken)
    {
        using var span = PlatformTracing.Start(action, context);
        var outcome = await TryAsync(context, generated, observed, memory, action, cancellationToken);
        PlatformTracing.Ended(span, outcome);
        return outcome;
    }

    private async Task<Outcome> TryAsync(
        GenerationContext context, IReadOnlyList<GeneratedObject> generated, Observed observed, MoveMemory memory, PlatformAction action, CancellationToken cancellationToken)
    {
        try
        {
            return action switch
            {
                ApplyObject apply => await ApplyAsync(generated, observed, apply.Key, cancellationToken),
                ReleaseObject release => await ReleaseAsync(generated, observed, release.Key, cancellationToken),
                DeleteObject delete => await DeleteAsync(context, observed, delete, cancellationToken),
                SetTemplate set => await IsSupersededAsync(context, observed, memory, set, cancellationToken) ? Outcome.NotYet : await SetTemplateAsync(context, set, cancellationToken),
                RemoveFinalizer => Outcome.Ok,
                _ => await orders.SendAsync(context, observed, memory.Epoch, action, cancellationToken),
            };
        }
        catch (KubernetesException e) when (e.Error == KubernetesError.FieldManagerConflict)
        {
            return Outcome.Failed($"{Describe(action)}: {string.Join("; ", e.FieldConflicts.Select(c => $"{c.Field}: {c.Message}"))}");
        }
        catch (KubernetesException e) when (e.Error == KubernetesError.Conflict || e.IsTransient)
        {
            // Somebody was faster, or the API server is busy: the next look shows.
            return Outcome.NotYet;
        }
        catch (KubernetesException e)
        {
            return Outcome.Failed($"{Describe(action)}: {e.Message}");
        }
    }

    private async Task<Outcome> ApplyAsync(IReadOnlyList<GeneratedObject> generated, Observed observed, GeneratedKey key, CancellationToken cancellationToken)
    {
        var manifest = generated.First(g => g.Key == key).Manifest.DeepClone().AsObject();
        if (Seen(observed, key) is not { } seen)
        {
            // Not forced: what is there all the same is somebody else's, or was let go.
            await ApplyAsync(key.Kind, manifest, new ApplyOptions(FieldManagers.Generated), cancellationToken);
            return Outcome.Ok;
        }

        await ApplyAsync(key.Kind, Only(manifest, seen), new ApplyOptions(FieldManagers.Generated) { Force = true, ResourceVersion = seen.ResourceVersion }, cancellationToken);
        return Outcome.Ok;
    }

    private async Task<Outcome> ReleaseAsync(IReadOnlyList<GeneratedObject> generated, Observed observed, GeneratedKey key, CancellationToken cancellationToken)
    {
        var manifest = generated.First(g => g.Key == key).Manifest;
        var seen = Seen(observed, key)!;
        var options = new ApplyOptions(FieldManagers.Retained) { Force = true, ResourceVersion = seen.ResourceVersion };
        var version = await ApplyAsync(key.Kind, Only(Manifests.Retained(manifest), seen), options, cancellationToken);
        await ApplyAsync(key.Kind, Only(Manifests.Ownerless(manifest), seen), new ApplyOptions(FieldManagers.Generated) { Force = true, ResourceVersion = version }, cancellationToken);
        return Outcome.Ok;
    }

    /// <summary>An apply makes what it does not find. With the uid it does not bring back what was deleted in the meantime.</summary>
    private static JsonObject Only(JsonObject manifest, ExistingObject seen)
    {
        manifest["metadata"]!["uid"] = seen.Uid;
        return manifest;
    }

    /// <summary>Applies; returns the version that this made.</summary>
    private async Task<string> ApplyAsync(GeneratedKind kind, JsonObject manifest, ApplyOptions options, CancellationToken cancellationToken)
    {
        DaprObject made = kind switch
        {
            GeneratedKind.Component => await client.ApplyAsync<DaprComponent>(manifest, options, cancellationToken),
            GeneratedKind.Subscription => await client.ApplyAsync<DaprSubscription>(manifest, options, cancellationToken),
            GeneratedKind.Resiliency => await client.ApplyAsync<DaprResiliency>(manifest, options, cancellationToken),
            _ => await client.ApplyAsync<DaprConfiguration>(manifest, options, cancellationToken),
        };
        return made.ResourceVersion();
    }

    private async Task<Outcome> DeleteAsync(GenerationContext context, Observed observed, DeleteObject delete, CancellationToken cancellationToken)
    {
        var options = new DeleteOptions { Uid = delete.Uid, ResourceVersion = Seen(observed, delete.Key)?.ResourceVersion };
        Task gone = delete.Key.Kind switch
        {
            GeneratedKind.Component => client.DeleteAsync<DaprComponent>(context.Namespace, delete.Key.Name, options, cancellationToken),
            GeneratedKind.Subscription => client.DeleteAsync<DaprSubscription>(context.Namespace, delete.Key.Name, options, cancellationToken),
            GeneratedKind.Resiliency => client.DeleteAsync<DaprResiliency>(context.Namespace, delete.Key.Name, options, cancellationToken),
            _ => client.DeleteAsync<DaprConfiguration>(context.Namespace, delete.Key.Name, options, cancellationToken),
        };
        await gone;
        return Outcome.Ok;
    }

    /// <summary>
    /// A process that stood still while another one took over has a cache of its own time. It sees there that a Deployment is as it should not be, and not that the platform is gone, or
    /// wants something else by now, or that a Secret has changed: before pods are restarted, these themselves are asked.
    /// </summary>
    private async Task<bool> IsSupersededAsync(GenerationContext context, Observed observed, MoveMemory memory, SetTemplate set, CancellationToken cancellationToken)
    {
        var live = await client.GetAsync<V1Alpha1TodoPlatform>(context.Namespace, context.Name, cancellationToken);
        return live is null || live.Uid() != context.Uid || live.Generation() != observed.Generation || live.Status?.Move?.Epoch > memory.Epoch
            || await secrets.AreOutdatedAsync(context, observed, set.Service, cancellationToken);
    }

    private async Task<Outcome> SetTemplateAsync(GenerationContext context, SetTemplate set, CancellationToken cancellationToken)
    {
        var app = context.Apps.First(a => a.Id == set.Service);
        var manifest = TemplateGenerator.Deployment(context, app, set.Flags, set.Secrets);
        var force = context.Spec.Adoption == AdoptionPolicy.TakeOver;
        var version = TemplateGenerator.IsUntouched(app, set.Flags) ? await adoption.RestoreAsync(context.Namespace, app, set, cancellationToken)
            : force ? await adoption.TakeAsync(context.Namespace, app, set, cancellationToken)
            : set.Seen.ResourceVersion;
        if (version is null)
        {
            return Outcome.NotYet;
        }

        await client.ApplyAsync<V1Deployment>(manifest, new ApplyOptions(FieldManagers.Deployment) { Force = force, ResourceVersion = version }, cancellationToken);
        return Outcome.Ok;
    }

    private static ExistingObject? Seen(Observed observed, GeneratedKey key) => observed.Objects.FirstOrDefault(o => o.Key == key);

    private static string Describe(PlatformAction action) => action switch
    {
        ApplyObject apply => $"{apply.Key.Kind} {apply.Key.Name}",
        ReleaseObject release => $"{release.Key.Kind} {release.Key.Name}",
        DeleteObject delete => $"{delete.Key.Kind} {delete.Key.Name}",
        SetTemplate set => $"Deployment of {set.Service}",
        _ => action.GetType().Name,
    };
}

/// <summary>What became of one action.</summary>
/// <param name="Done">It was done.</param>
/// <param name="Problem">Why it was not, when that will not cure itself.</param>
/// <param name="Probe">The probe that was sent.</param>
public sealed record Outcome(bool Done, string? Problem = null, Probe? Probe = null)
{
    /// <summary>Why it was not done yet, when that may cure itself.</summary>
    public string? Delay { get; init; }

    /// <summary>What became of a request that was an order to a service.</summary>
    public Acknowledgement? Acknowledged { get; init; }

    /// <summary>Done.</summary>
    public static Outcome Ok { get; } = new(Done: true);

    /// <summary>Not done; the next look decides anew.</summary>
    public static Outcome NotYet { get; } = new(Done: false);

    /// <summary>Not done; done again at the next look, and somebody may want to know why.</summary>
    public static Outcome Delayed(string why) => NotYet with { Delay = why };

    /// <summary>Not done, for a reason that somebody has to know.</summary>
    public static Outcome Failed(string problem) => new(Done: false, problem);
}
