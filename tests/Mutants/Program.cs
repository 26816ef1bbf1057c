using System.Diagnostics;
using Mutants;

// Breaks a copy of the product in one way after the other and runs the tests that should notice. Arguments: words of the names of the mutants to be tried; none: all.
var root = Directory.GetCurrentDirectory();
var mutants = Mutant.ReadAll(Path.Combine(AppContext.BaseDirectory, "mutants.json"))
    .Where(x => args.Length == 0 || args.Any(word => x.Name.Contains(word, StringComparison.OrdinalIgnoreCase)))
    .ToList();
using var checkout = new Checkout(root);
var bad = 0;
Console.WriteLine($"{mutants.Count} mutants");
foreach (var mutant in mutants)
{
    var watch = Stopwatch.StartNew();
    var verdict = Try(mutant);
    bad += verdict.StartsWith("killed", StringComparison.Ordinal) ? 0 : 1;
    Console.WriteLine($"{mutant.Name}: {verdict} ({watch.Elapsed.TotalSeconds:0} s)");
}

Console.WriteLine($"{mutants.Count - bad} killed, {bad} not");
return bad == 0 ? 0 : 1;

string Try(Mutant mutant)
{
    var path = checkout.Path(mutant.File);
    var original = File.ReadAllText(path);
    if (mutant.Apply(original) is not { } mutated)
    {
        return "NOT FOUND: its text is not in the file exactly once";
    }

    try
    {
        File.WriteAllText(path, mutated);
        if (checkout.Build(mutant.File, mutant.Suite) is { } errors)
        {
            return $"DOES NOT BUILD\n{errors}";
        }

        var (status, failed) = checkout.Test(mutant.Suite, mutant.Tests);
        // Without a test that failed nothing is known: the filter may be wrong or the machine too slow.
        return status == 0 ? "SURVIVED" : failed.Count > 0 ? $"killed by {failed[0]}" : $"UNDECIDED: the tests ended with {status}";
    }
    finally
    {
        File.WriteAllText(path, original);
        checkout.Restore(mutant.File, mutant.Suite);
    }
}
