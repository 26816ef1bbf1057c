namespace LocalCluster.Hosting;

/// <summary>Told of every step of a start, so that somebody who waits knows for what.</summary>
public interface IStepReporter
{
    /// <summary>Runs one step and shows it; the work returns a detail worth showing, such as an address.</summary>
    Task StepAsync(string name, Func<Task<string>> work);
}
