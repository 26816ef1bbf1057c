using Kubernetes.Client.Entities;
using Kubernetes.Client.Errors;
using Kubernetes.Client.Models;

namespace Todo.Operator.Tests.Simulation.ControlPlane;

/// <summary>What the API server answers when it does not do what it was asked for.</summary>
internal static class Refusals
{
    public static KubernetesException NotFound(KubernetesEntityDefinition type, string name) => Make(404, "NotFound", $"{type.QualifiedName} \"{name}\" not found");

    public static KubernetesException AlreadyExists(KubernetesEntityDefinition type, string name) =>
        Make(409, "AlreadyExists", $"{type.QualifiedName} \"{name}\" already exists");

    public static KubernetesException Conflict(KubernetesEntityDefinition type, string name, string why) =>
        Make(409, "Conflict", $"Operation cannot be fulfilled on {type.QualifiedName} \"{name}\": {why}");

    public static KubernetesException Invalid(string why) => Make(422, "Invalid", why);

    public static KubernetesException FieldConflicts(IEnumerable<(string Manager, string Field)> conflicts)
    {
        var causes = conflicts.Select(c => new V1StatusCause { Reason = "FieldManagerConflict", Field = c.Field, Message = $"conflict with \"{c.Manager}\"" }).ToList();
        return new KubernetesException(new V1Status
        {
            Code = 409,
            Reason = "Conflict",
            Message = $"Apply failed with {causes.Count} conflicts",
            Details = new V1StatusDetails { Causes = causes },
        });
    }

    public static KubernetesException Make(int code, string reason, string message) => new(new V1Status { Code = code, Reason = reason, Message = message });
}
