using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer;

/// <summary>A mutating admission hook, in process.</summary>
public interface IAdmission
{
    /// <summary>Changes a pod that is being created, after defaulting and before validation. Defaults are applied again afterwards.</summary>
    void MutatePod(JsonObject pod);
}
