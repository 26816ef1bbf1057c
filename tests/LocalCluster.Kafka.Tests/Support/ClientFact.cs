using System.Runtime.CompilerServices;

namespace LocalCluster.Kafka.Tests.Support;

/// <summary>A test with clients: it fails by name when it hangs.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ClientFactAttribute : FactAttribute
{
    public ClientFactAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Timeout = Deadlines.Test;
}

/// <summary>The same with parameters.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ClientTheoryAttribute : TheoryAttribute
{
    public ClientTheoryAttribute([CallerFilePath] string? sourceFilePath = null, [CallerLineNumber] int sourceLineNumber = -1)
        : base(sourceFilePath, sourceLineNumber) => Timeout = Deadlines.Test;
}
