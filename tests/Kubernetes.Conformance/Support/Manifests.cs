using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Json;

namespace Kubernetes.Conformance.Support;

/// <summary>The objects that the tests work on.</summary>
public static class Manifests
{
    public static JsonObject Definition => (JsonObject)YamlText.Parse("""
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata:
          name: platforms.conformance.todo.io
        spec:
          group: conformance.todo.io
          scope: Namespaced
          names: {plural: platforms, kind: Platform, shortNames: [pf], categories: [all]}
          versions:
          - name: v1alpha1
            served: true
            storage: true
            subresources: {status: {}}
            additionalPrinterColumns:
            - {name: Phase, type: string, jsonPath: .status.phase}
            - {name: Broker, type: string, jsonPath: .spec.broker}
            - {name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status'}
            - {name: Replicas, type: integer, jsonPath: .spec.replicas, priority: 1}
            - {name: Age, type: date, jsonPath: .metadata.creationTimestamp}
            schema:
              openAPIV3Schema:
                type: object
                description: A platform that moves its services between brokers.
                required: [spec]
                properties:
                  spec:
                    type: object
                    description: What is wanted.
                    x-kubernetes-validations:
                    - {rule: "self.broker != 'redis' || self.useDapr", message: "broker redis needs useDapr"}
                    - {rule: "!has(oldSelf.sealed) || !oldSelf.sealed || self.broker == oldSelf.broker", message: "a sealed platform keeps its broker"}
                    - {rule: "!has(self.wait) || duration(self.wait) < duration('1h')", message: "wait has to be below 1h", fieldPath: .wait}
                    properties:
                      useDapr: {type: boolean, default: true, description: What USE_DAPR should become.}
                      broker: {type: string, enum: [kafka, redis], default: kafka, description: The broker to use.}
                      replicas: {type: integer, minimum: 1, maximum: 10}
                      sealed: {type: boolean}
                      host: {type: string, pattern: '^[a-z.]+$', maxLength: 20}
                      timeout: {type: string, format: duration}
                      wait: {type: string}
                      port: {x-kubernetes-int-or-string: true}
                      free: {type: object, x-kubernetes-preserve-unknown-fields: true}
                      topics: {type: array, items: {type: string}, x-kubernetes-list-type: set}
                      delivery:
                        type: object
                        default: {}
                        properties:
                          maxRetries: {type: integer, default: 3}
                      services:
                        type: array
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [name]
                        items:
                          type: object
                          required: [name]
                          properties:
                            name: {type: string}
                            deployment: {type: string}
                            port: {type: integer, default: 8080}
                  status:
                    type: object
                    properties:
                      phase: {type: string}
                      observedGeneration: {type: integer}
                      conditions:
                        type: array
                        x-kubernetes-list-type: map
                        x-kubernetes-list-map-keys: [type]
                        items:
                          type: object
                          required: [type, status]
                          properties:
                            type: {type: string}
                            status: {type: string}
                            reason: {type: string}
                            message: {type: string}
                            lastTransitionTime: {type: string, format: date-time}
        """)!;

    public static string Platform(string name, string spec) =>
        $"{{\"apiVersion\":\"conformance.todo.io/v1alpha1\",\"kind\":\"Platform\",\"metadata\":{{\"name\":\"{name}\"}},\"spec\":{spec}}}";

    public static JsonObject PlatformObject(string ns, string name, string spec = "{}")
    {
        var platform = (JsonObject)JsonNode.Parse(Platform(name, spec))!;
        platform["metadata"]!["namespace"] = ns;
        return platform;
    }

    public static string Deployment(string name, int replicas = 1, string env = "1") =>
        """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"NAME","labels":{"app":"NAME"}},
         "spec":{"replicas":REPLICAS,"selector":{"matchLabels":{"app":"NAME"}},
          "template":{"metadata":{"labels":{"app":"NAME"}},
           "spec":{"containers":[{"name":"app","image":"todo/NAME:1","ports":[{"containerPort":8080}],"env":[{"name":"A","value":"ENV"},{"name":"B","value":"2"}]}]}}}}
        """
        .Replace("NAME", name, StringComparison.Ordinal).Replace("REPLICAS", $"{replicas}", StringComparison.Ordinal).Replace("ENV", env, StringComparison.Ordinal);

    public static JsonObject DeploymentObject(string ns, string name, int replicas = 1)
    {
        var deployment = (JsonObject)JsonNode.Parse(Deployment(name, replicas))!;
        deployment["metadata"]!["namespace"] = ns;
        return deployment;
    }

    public static JsonObject Pod(string ns, string name, string? node = null, params string[] containers)
    {
        var pod = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns, ["labels"] = new JsonObject { ["app"] = name } },
            ["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray([.. (containers.Length == 0 ? ["app"] : containers).Select(c => (JsonNode)new JsonObject { ["name"] = c, ["image"] = "todo/x:1" })]),
            },
        };
        if (node is not null)
        {
            pod["spec"]!["nodeName"] = node;
        }

        return pod;
    }

    public static JsonObject ConfigMap(string ns, string name, string key = "k", string value = "v") => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = ns },
        ["data"] = new JsonObject { [key] = value },
    };
}
