namespace Kubernetes.Operator.Controllers;

/// <summary>A controller, for those who only start and stop it.</summary>
internal interface IControllerRunner
{
    string Name { get; }

    /// <summary>Reconciles until <paramref name="stopIntake"/>; what is running then may end until <paramref name="abandon"/>.</summary>
    Task RunAsync(CancellationToken stopIntake, CancellationToken abandon);

    /// <summary>How many objects wait to be worked on.</summary>
    int Ready { get; }

    /// <summary>Works on one that is ready, without waiting for one: for a caller that has a loop of its own instead of <see cref="RunAsync"/>.</summary>
    Task TryWorkAsync(CancellationToken abandon);
}
