using Xunit.Sdk;
using Xunit.v3;

namespace EndToEnd.Tests;

/// <summary>
/// Runs a class's tests as they are written. Each brings the platform to where it starts, so any order is right; this one makes the fewest moves.
/// </summary>
public sealed class DeclarationOrder : ITestCaseOrderer
{
    public IReadOnlyCollection<TTestCase> OrderTestCases<TTestCase>(IReadOnlyCollection<TTestCase> testCases)
        where TTestCase : notnull, ITestCase =>
        testCases.OrderBy(c => c is IXunitTestCase { TestMethod.Method: { } method } ? method.MetadataToken : 0).ToList();
}
