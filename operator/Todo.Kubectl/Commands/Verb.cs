using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Todo.Kubectl.Commands;

/// <summary>A verb, with examples that stand below its own help only: the list of verbs has one line for each.</summary>
internal sealed class Verb(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Adds the examples to the help of verbs.</summary>
    public static void ExplainIn(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new WithExamples((SynchronousCommandLineAction)help.Action!);
    }

    private sealed class WithExamples(SynchronousCommandLineAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var exitCode = help.Invoke(parseResult);
            if (parseResult.CommandResult.Command is Verb verb)
            {
                verb.WriteExamples(parseResult.InvocationConfiguration.Output);
            }

            return exitCode;
        }
    }

    private void WriteExamples(TextWriter output)
    {
        output.WriteLine("Examples:");
        foreach (var example in examples)
        {
            output.WriteLine($"  kubectl todoplatform {Name}{(example.Length == 0 ? string.Empty : " ")}{example}");
        }

        output.WriteLine();
    }
}
