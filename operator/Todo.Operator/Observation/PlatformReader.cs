using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Kubernetes.Client.Entities;
using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Observation;

/// <summary>What is generated from, and where the spec leads: the spec, or on the way back from it what worked before.</summary>
public static class PlatformReader
{
    private const int MarkLength = 16;

    /// <summary>What counts now, and what is generated from it.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="memory">What status remembers.</param>
    /// <param name="options">Limits.</param>
    /// <param name="live">Brokers whose Components exist.</param>
    public static Reading Read(V1Alpha1TodoPlatform platform, MoveMemory memory, MoveOptions options, IReadOnlyDictionary<Broker, BrokerEndpoint> live)
    {
        var asked = Context(platform, memory, live, back: false);
        var generated = DaprGenerator.Generate(asked);
        var wish = Mark(asked, Wanted(platform.Spec, asked), generated);
        if (platform.IsDeleting() || !Targets.GoesBack(memory, platform.Generation(), wish, options))
        {
            return new Reading(asked, generated, wish);
        }

        var worked = Context(platform, memory, live, back: true);
        return new Reading(worked, DaprGenerator.Generate(worked), wish);
    }

    /// <summary>What the spec asks for.</summary>
    public static Goal Wanted(TodoPlatformSpec spec, GenerationContext context)
    {
        // Without an address the spec says nothing about Kafka, and direct means where the services' own client is.
        var kafka = spec.Kafka.Brokers.Count == 0 ? context.Names.Direct : context.Endpoints.Kafka;
        return Goal.Of(spec.UseDapr, BrokerNames.Parse(spec.Broker).IsKafka ? kafka : context.Endpoints.Redis, context.Apps);
    }

    /// <summary>Whether what worked last would give other objects than this: then a failed reconfiguration has something to go back to.</summary>
    public static bool OtherSettingsWorked(V1Alpha1TodoPlatform platform, MoveMemory memory, GenerationContext context, IReadOnlyDictionary<Broker, BrokerEndpoint> live) =>
        memory is { FinishedAt: null, Settings: not null, Target: { } target } && target.Equals(memory.LastGood)
        && !Same(context, Context(platform, memory, live, back: true));

    /// <summary>A fingerprint of everything that a goal needs, as it is generated now.</summary>
    private static string Mark(GenerationContext context, Goal goal, IEnumerable<GeneratedObject> generated)
    {
        var objects = generated.Where(g => g.Key.IsNeededFor(goal)).Select(g => g.Manifest.ToJsonString());
        var annotations = context.Apps.Where(a => goal.ThroughDapr(a.Id)).SelectMany(a => TemplateGenerator.Annotations(context, a)).Select(a => $"{a.Key}={a.Value}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', objects.Concat(annotations).Prepend(goal.ToString())))))[..MarkLength];
    }

    private static GenerationContext Context(V1Alpha1TodoPlatform platform, MoveMemory memory, IReadOnlyDictionary<Broker, BrokerEndpoint> live, bool back)
    {
        var remembered = live.Where(l => !memory.Endpoints.ContainsKey(l.Key)).Aggregate(memory.Endpoints, (all, l) => all.SetItem(l.Key, l.Value));
        var endpoints = BrokerEndpoints.Resolve(platform.Spec, remembered, keep: back);
        var spec = back && memory.Settings is { } settings ? settings.In(platform.Spec) : platform.Spec;
        if (back && memory.LastGood is { AnyDapr: true, Broker: var broker } && endpoints.Known.TryGetValue(broker, out var good))
        {
            spec = spec with { Kafka = good.Kafka ?? spec.Kafka, Redis = good.Redis ?? spec.Redis };
        }

        return new GenerationContext(spec, platform.Namespace()!, platform.Name(), platform.Uid())
        {
            Endpoints = endpoints,
            Names = new Names(platform.Name()) { Direct = Direct(memory, endpoints) },
        };
    }

    /// <summary>The Kafka of the services' own client: the one whose address it says that it is given, else that of the last goal with direct clients, else the first.</summary>
    private static Broker Direct(MoveMemory memory, BrokerEndpoints endpoints) =>
        endpoints.KafkaAt(memory.OwnClient)
        ?? new[] { memory.Target, memory.From, memory.LastGood, memory.PreviousGood }.FirstOrDefault(g => g is { AnyDirect: true })?.Broker
        ?? Broker.Kafka;

    private static bool Same(GenerationContext one, GenerationContext other)
    {
        var (a, b) = (DaprGenerator.Generate(one), DaprGenerator.Generate(other));
        return a.Count == b.Count
            && a.Zip(b).All(p => p.First.Key == p.Second.Key && JsonNode.DeepEquals(p.First.Manifest, p.Second.Manifest))
            && one.Apps.All(app => TemplateGenerator.Annotations(one, app).SequenceEqual(TemplateGenerator.Annotations(other, app)));
    }
}
