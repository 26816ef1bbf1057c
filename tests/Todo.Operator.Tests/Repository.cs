namespace Todo.Operator.Tests;

/// <summary>Files of the checkout that the tests run in.</summary>
internal static class Repository
{
    private static readonly string Root = Find(AppContext.BaseDirectory);

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, .. parts]);

    private static string Find(string folder) =>
        File.Exists(System.IO.Path.Combine(folder, "Operator.sln")) ? folder : Find(Directory.GetParent(folder)?.FullName ?? throw new InvalidOperationException("No Operator.sln above the test."));
}
