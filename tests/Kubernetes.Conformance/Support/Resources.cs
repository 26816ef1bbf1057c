using Kubernetes.Client.Entities;

namespace Kubernetes.Conformance.Support;

/// <summary>The resources that the rules are shown on.</summary>
public static class Resources
{
    public static readonly KubernetesEntityDefinition Namespaces = new("", "v1", "Namespace", "namespaces", Namespaced: false);
    public static readonly KubernetesEntityDefinition ConfigMaps = new("", "v1", "ConfigMap", "configmaps");
    public static readonly KubernetesEntityDefinition Secrets = new("", "v1", "Secret", "secrets");
    public static readonly KubernetesEntityDefinition Services = new("", "v1", "Service", "services");
    public static readonly KubernetesEntityDefinition Pods = new("", "v1", "Pod", "pods");
    public static readonly KubernetesEntityDefinition Deployments = new("apps", "v1", "Deployment", "deployments");
    public static readonly KubernetesEntityDefinition Leases = new("coordination.k8s.io", "v1", "Lease", "leases");
    public static readonly KubernetesEntityDefinition RoleBindings = new("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings");
    public static readonly KubernetesEntityDefinition Definitions =
        new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", Namespaced: false);

    public static readonly KubernetesEntityDefinition Platforms = new("conformance.todo.io", "v1alpha1", "Platform", "platforms");
}
