using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Atrium.Server.Cli;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class DocumentedCommand(string name, string description, string examples) : Command(name, description)
{
    /// <summary>Makes the help of the root and of every command below it show them.</summary>
    public static void ShowExamples(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var result = inner.Invoke(parseResult);
            if (parseResult.CommandResult.Command is DocumentedCommand { Examples: var examples })
            {
                Console.WriteLine($"Examples:{Environment.NewLine}  {examples.ReplaceLineEndings($"{Environment.NewLine}  ")}{Environment.NewLine}");
            }

            return result;
        }
    }

    private string Examples { get; } = examples;
}
