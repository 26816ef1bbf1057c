using System.Globalization;
using Kubernetes.Client.Models;

namespace Kubernetes.Client.Entities;

/// <summary>Short ways to the metadata of an object.</summary>
public static class ModelExtensions
{
    /// <summary>The name; empty when there is none yet.</summary>
    public static string Name(this IKubernetesObject obj) => obj.Metadata.Name ?? "";

    /// <summary>The namespace; null for a cluster-wide object.</summary>
    public static string? Namespace(this IKubernetesObject obj) => obj.Metadata.NamespaceProperty;

    /// <summary>The uid; empty when the object was never stored.</summary>
    public static string Uid(this IKubernetesObject obj) => obj.Metadata.Uid ?? "";

    /// <summary>The version of the object in storage; empty when it was never stored.</summary>
    public static string ResourceVersion(this IKubernetesObject obj) => obj.Metadata.ResourceVersion ?? "";

    /// <summary>The generation of the spec; 0 when the resource has none.</summary>
    public static long Generation(this IKubernetesObject obj) => obj.Metadata.Generation ?? 0;

    /// <summary>Whether the object waits for its finalizers.</summary>
    public static bool IsDeleting(this IKubernetesObject obj) => obj.Metadata.DeletionTimestamp is not null;

    /// <summary>A label's value, or null.</summary>
    public static string? GetLabel(this IKubernetesObject obj, string key) =>
        obj.Metadata.Labels is { } labels && labels.TryGetValue(key, out var value) ? value : null;

    /// <summary>An annotation's value, or null.</summary>
    public static string? GetAnnotation(this IKubernetesObject obj, string key) =>
        obj.Metadata.Annotations is { } annotations && annotations.TryGetValue(key, out var value) ? value : null;

    /// <summary>Whether a finalizer is set.</summary>
    public static bool HasFinalizer(this IKubernetesObject obj, string finalizer) => obj.Metadata.Finalizers?.Contains(finalizer) == true;

    /// <summary>The owner that manages the object, or null.</summary>
    public static V1OwnerReference? GetController(this IKubernetesObject obj) =>
        obj.Metadata.OwnerReferences?.FirstOrDefault(static o => o.Controller == true);

    /// <summary>Whether an object is owned by another one.</summary>
    public static bool IsOwnedBy(this IKubernetesObject obj, IKubernetesObject owner) =>
        obj.Metadata.OwnerReferences?.Any(o => o.Uid == owner.Metadata.Uid) == true;

    /// <summary>A reference that makes this object the managing owner of another one.</summary>
    public static V1OwnerReference MakeOwnerReference(this IKubernetesObject owner, bool controller = true, bool blockOwnerDeletion = true) => new()
    {
        ApiVersion = owner.ApiVersion,
        Kind = owner.Kind,
        Name = owner.Metadata.Name,
        Uid = owner.Metadata.Uid,
        Controller = controller ? true : null,
        BlockOwnerDeletion = blockOwnerDeletion ? true : null,
    };

    /// <summary>A reference to this object for an Event.</summary>
    public static V1ObjectReference MakeObjectReference(this IKubernetesObject obj) => new()
    {
        ApiVersion = obj.ApiVersion,
        Kind = obj.Kind,
        Name = obj.Metadata.Name,
        NamespaceProperty = obj.Metadata.NamespaceProperty,
        Uid = obj.Metadata.Uid,
        ResourceVersion = obj.Metadata.ResourceVersion,
    };

    /// <summary>
    /// A resourceVersion as a number. Versions of one resource type are comparable integers (KEP-5504); null when a server does not keep to that.
    /// </summary>
    public static ulong? ParseResourceVersion(string? resourceVersion) =>
        ulong.TryParse(resourceVersion, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
}
