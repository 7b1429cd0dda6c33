using Spectre.Console;

namespace Atrium.Server.Cli;

/// <summary>Shows each step of a command: a line that moves on a terminal, plain lines elsewhere.</summary>
internal sealed class Progress(IAnsiConsole console)
{
    /// <summary>Writes where people look, so that standard output stays for what the command prints.</summary>
    public static Progress OnStandardError() => new(AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) }));

    /// <param name="title">What is being done.</param>
    /// <param name="work">Does it; may tell how far it is; returns what came of it.</param>
    public async Task<T> StepAsync<T>(string title, Func<Action<string>, Task<(string Outcome, T Value)>> work)
    {
        string outcome;
        T value;
        if (console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal)
        {
            (outcome, value) = await console.Status().StartAsync(
                Markup.Escape($"{title} ..."),
                status => work(detail => status.Status(Markup.Escape($"{title}: {detail}"))));
        }
        else
        {
            console.WriteLine($"{title} ...");
            var last = "";
            (outcome, value) = await work(detail =>
            {
                if (detail != last)
                {
                    console.WriteLine($"{title}: {last = detail}");
                }
            });
        }

        console.WriteLine($"{title}: {outcome}");
        return value;
    }

    public void Note(string text) => console.WriteLine(text);
}
