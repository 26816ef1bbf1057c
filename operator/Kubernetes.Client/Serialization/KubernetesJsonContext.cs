using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Kubernetes.Client.Models;

namespace Kubernetes.Client.Serialization;

/// <summary>Source-generated JSON of the built-in types.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(TimeConverter), typeof(DurationConverter)],
    GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(V1Status))]
[JsonSerializable(typeof(V1Condition))]
[JsonSerializable(typeof(V1Pod))]
[JsonSerializable(typeof(V1Deployment))]
[JsonSerializable(typeof(V1ReplicaSet))]
[JsonSerializable(typeof(V1ConfigMap))]
[JsonSerializable(typeof(V1Secret))]
[JsonSerializable(typeof(V1Namespace))]
[JsonSerializable(typeof(V1Service))]
[JsonSerializable(typeof(V1Lease))]
[JsonSerializable(typeof(EventsV1Event))]
[JsonSerializable(typeof(V1MutatingWebhookConfiguration))]
[JsonSerializable(typeof(V1EndpointSlice))]
[JsonSerializable(typeof(V1Scale))]
[JsonSerializable(typeof(V1APIGroupList))]
[JsonSerializable(typeof(V1APIResourceList))]
[JsonSerializable(typeof(VersionInfo))]
[JsonSerializable(typeof(UnstructuredObject))]
[JsonSerializable(typeof(KubernetesList<V1Pod>))]
[JsonSerializable(typeof(KubernetesList<V1Deployment>))]
[JsonSerializable(typeof(KubernetesList<V1ReplicaSet>))]
[JsonSerializable(typeof(KubernetesList<V1ConfigMap>))]
[JsonSerializable(typeof(KubernetesList<V1Secret>))]
[JsonSerializable(typeof(KubernetesList<V1Namespace>))]
[JsonSerializable(typeof(KubernetesList<V1Service>))]
[JsonSerializable(typeof(KubernetesList<V1Lease>))]
[JsonSerializable(typeof(KubernetesList<EventsV1Event>))]
[JsonSerializable(typeof(KubernetesList<V1MutatingWebhookConfiguration>))]
[JsonSerializable(typeof(KubernetesList<V1EndpointSlice>))]
[JsonSerializable(typeof(KubernetesList<UnstructuredObject>))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(JsonArray))]
public sealed partial class KubernetesJsonContext : JsonSerializerContext;
