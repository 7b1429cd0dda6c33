using System.Text;

namespace Atrium.Server.Cli;

/// <summary>Reads a secret that must not stand on a command line, where other accounts see it.</summary>
internal static class SecretInput
{
    /// <summary>Typed unseen on a terminal; otherwise the first line of standard input.</summary>
    public static string Read(string prompt)
    {
        if (Console.IsInputRedirected)
        {
            return Console.In.ReadLine() is { Length: > 0 } line ? line : throw new CliException($"{prompt} is expected as a line of standard input.", ExitCodes.Misused);
        }

        Console.Error.Write($"{prompt}: ");
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace && text.Length > 0)
            {
                text.Length--;
            }
            else if (!char.IsControl(key.KeyChar))
            {
                text.Append(key.KeyChar);
            }
        }

        Console.Error.WriteLine();
        return text.ToString();
    }
}
