using System.Text.Json;
using Kubernetes.Client;
using Kubernetes.Client.Entities;
using Kubernetes.Client.Models;
using Kubernetes.Client.Requests;
using Kubernetes.Client.Serialization;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Resource;

namespace Todo.Operator.Preflight.Dapr;

/// <summary>
/// Every Component that the services' sidecars will load is one that they can load and that means what it says: the generated ones, and those of others that are in the
/// services' scope, because one bad Component ends all sidecars that see it.
/// </summary>
public sealed class ComponentCheck(IKubernetesClient client) : IPreflightCheck
{
    /// <inheritdoc/>
    public string Name => "component";

    /// <inheritdoc/>
    public bool Applies(PreflightContext context) => context.Observed.Wanted.AnyDapr;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<CheckResult>> CheckAsync(PreflightContext context, CancellationToken cancellationToken)
    {
        var generated = DaprGenerator.Generate(context.Generation).Where(g => g.Key.Kind == GeneratedKind.Component && g.Key.IsNeededFor(context.Observed.Wanted)).ToList();
        List<CheckResult> results = [.. generated.Select(g => Judge(ComponentManifest.Read(g.Key.Name, JsonSerializer.SerializeToElement(g.Manifest))))];

        var live = await client.ListAsync<DaprComponent>(new ListOptions { Namespace = context.Generation.Namespace }, cancellationToken);
        foreach (var other in live.Items.Where(c => c.GetLabel(V1Alpha1TodoPlatform.PlatformLabel) != context.Generation.Name))
        {
            var manifest = ComponentManifest.Read(other.Name(), JsonSerializer.SerializeToElement(other, KubernetesJson.Default.TypeInfo<DaprComponent>()));
            if (manifest.Scopes.Count == 0 || context.Generation.Apps.Any(a => manifest.Scopes.Contains(a.AppId)))
            {
                results.AddRange(await JudgeOtherAsync(context, manifest, cancellationToken));
            }
        }

        return results;
    }

    private CheckResult Judge(ComponentManifest component)
    {
        var problems = SchemaOf(component)!.Problems(component.Metadata).ToList();
        return problems.Count == 0
            ? CheckResult.Passed($"{Name}/{component.Name}", "Dapr reads every field of it.")
            : CheckResult.Failed($"{Name}/{component.Name}", string.Join(" ", problems.Select(p => p.Text)));
    }

    private async Task<IEnumerable<CheckResult>> JudgeOtherAsync(PreflightContext context, ComponentManifest component, CancellationToken cancellationToken)
    {
        var name = $"{Name}/{component.Name}";
        var leave = $"Correct it, or give it scopes without {string.Join(", ", context.Generation.Apps.Select(a => a.AppId))}.";

        // References to another store are resolved by the sidecar, and cannot be looked up from here.
        foreach (var (secret, key) in component.SecretStore is null or "kubernetes" ? component.Secrets : [])
        {
            var found = await client.GetAsync<V1Secret>(context.Generation.Namespace, secret, cancellationToken);
            if (found?.Data?.ContainsKey(key) != true)
            {
                return [CheckResult.Failed(name, $"Component {component.Name} refers to {secret}.{key}, which does not exist: no new sidecar of the namespace starts, and running ones see no change. {leave}")];
            }
        }

        if (!ComponentTypes.Kinds.Contains(component.Type.Split('.', 2)[0].ToLowerInvariant()))
        {
            return component.IgnoreErrors ? [] : [CheckResult.Failed(name, $"Component {component.Name} is of type {component.Type}, which Dapr does not have: a sidecar that loads it ends. {leave}")];
        }

        if (!ComponentTypes.Has(component.Type))
        {
            return [CheckResult.Warning(name, $"Component {component.Name} is of type {component.Type}, which Dapr does not bring with it: a sidecar without a pluggable component of that type {(component.IgnoreErrors ? "goes on without it" : "ends")}.")];
        }

        if (!ComponentTypes.Has(component.Type, component.Version))
        {
            var version = $"Component {component.Name} is of type {component.Type} in version {component.Version}, which Dapr does not have: a sidecar that loads it";
            return [component.IgnoreErrors ? CheckResult.Warning(name, $"{version} goes on without it.") : CheckResult.Failed(name, $"{version} ends. {leave}")];
        }

        var problems = SchemaOf(component)?.Problems(component.Metadata).ToList() ?? [];
        var text = $"Not generated here, but loaded by the same sidecars: {string.Join(" ", problems.Select(p => p.Text))}";
        return problems.Count == 0 ? []
            : problems.Exists(p => p.Ends) && !component.IgnoreErrors ? [CheckResult.Failed(name, $"{text} A sidecar that loads it ends. {leave}")]
            : [CheckResult.Warning(name, text)];
    }

    private static ComponentSchema? SchemaOf(ComponentManifest component) => ComponentSchemas.All.FirstOrDefault(s =>
        s.Type.Equals(component.Type, StringComparison.OrdinalIgnoreCase) && s.Version.Equals(component.Version, StringComparison.OrdinalIgnoreCase));
}

/// <summary>What of a Component is checked.</summary>
internal sealed record ComponentManifest(
    string Name, string Type, string Version, bool IgnoreErrors,
    IReadOnlyList<(string Name, string? Value)> Metadata, IReadOnlyList<(string Secret, string Key)> Secrets, IReadOnlyList<string> Scopes,
    string? SecretStore)
{
    /// <summary>Reads <c>spec</c> and <c>scopes</c>; what is missing is empty.</summary>
    public static ComponentManifest Read(string name, JsonElement component)
    {
        var spec = Child(component, "spec");
        var metadata = Items(Child(spec, "metadata")).ToList();
        return new ComponentManifest(
            name,
            Text(spec, "type") ?? string.Empty,
            Text(spec, "version") ?? "v1",
            Child(spec, "ignoreErrors") is { ValueKind: JsonValueKind.True },
            [.. metadata.Select(m => (Text(m, "name") ?? string.Empty, Text(m, "value")))],
            [.. metadata.Select(m => Child(m, "secretKeyRef")).OfType<JsonElement>().Select(r => (Text(r, "name") ?? string.Empty, Text(r, "key") ?? string.Empty))],
            [.. Items(Child(component, "scopes")).Select(s => s.GetString() ?? string.Empty)],
            Text(Child(component, "auth"), "secretStore"));
    }

    private static JsonElement? Child(JsonElement? parent, string name) =>
        parent is { ValueKind: JsonValueKind.Object } p && p.TryGetProperty(name, out var child) ? child : null;

    private static JsonElement.ArrayEnumerator Items(JsonElement? list) => list is { ValueKind: JsonValueKind.Array } l ? l.EnumerateArray() : default;

    /// <summary>Values are any JSON; Dapr reads their text.</summary>
    private static string? Text(JsonElement? parent, string name) => Child(parent, name) is { ValueKind: not JsonValueKind.Null } child
        ? child.ValueKind == JsonValueKind.String ? child.GetString() : child.GetRawText()
        : null;
}
