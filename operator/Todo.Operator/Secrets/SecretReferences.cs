using Todo.Operator.Decisions;
using Todo.Operator.Generation;
using Todo.Operator.Resource;
using Todo.Operator.Topology;

namespace Todo.Operator.Secrets;

/// <summary>
/// Which of the Secrets that the spec names the pods of a service read, and read only when they start: the management token and the login of the service's own client from the
/// environment, the logins in its Components when its sidecar loads them. Other Secrets of a Deployment are its owner's business.
/// </summary>
public static class SecretReferences
{
    /// <summary>Those of one service, as it is now.</summary>
    public static IReadOnlyList<SecretReference> Of(GenerationContext context, ServiceView service, IReadOnlyList<ExistingObject> objects)
    {
        List<SecretReference?> all = [context.Spec.Management.TokenSecretRef];
        if (service.Template.ConsumesDirect || !service.Template.UseDapr)
        {
            all.AddRange(Of(context.Endpoints.Known.GetValueOrDefault(context.Names.Direct)));
        }

        foreach (var component in objects.Select(o => o.Key).Where(k => service.Template.Sidecar && k.Kind == GeneratedKind.Component && k.App == service.Id))
        {
            all.AddRange(component.Broker is { } broker ? Of(context.Endpoints.Known.GetValueOrDefault(broker)) : [context.Spec.StateStore.ConnectionString]);
        }

        return [.. all.OfType<SecretReference>().Distinct()];
    }

    /// <summary>How a key of a Secret is called in annotations, status and messages.</summary>
    public static string NameOf(SecretReference reference) => $"{reference.Name}.{reference.Key}";

    private static IEnumerable<SecretReference?> Of(BrokerEndpoint? endpoint) => endpoint switch
    {
        { Redis: { } redis } => [redis.Username, redis.Password],
        { Kafka: { Auth: "password" } kafka } => [kafka.Username, kafka.Password, kafka.CaCert],
        { Kafka: { Auth: "mtls" } kafka } => [kafka.ClientCert, kafka.ClientKey, kafka.CaCert],
        _ => [],
    };
}
