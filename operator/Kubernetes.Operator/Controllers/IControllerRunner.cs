namespace Kubernetes.Operator.Controllers;

/// <summary>A controller, for those who only start and stop it.</summary>
internal interface IControllerRunner
{
    string Name { get; }

    /// <summary>Reconciles until <paramref name="stopIntake"/>; what is running then may end until <paramref name="abandon"/>.</summary>
    Task RunAsync(CancellationToken stopIntake, CancellationToken abandon);
}
