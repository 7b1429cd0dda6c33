using System.CommandLine;
using System.CommandLine.Invocation;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Cli;

/// <summary>The <c>atrium</c> command.</summary>
internal static class AtriumCommand
{
    public static async Task<int> RunAsync(string[] args)
    {
        var parsed = Create().Parse(args);
        // Asking for help is no mistake, whatever else is missing.
        if (parsed.Action is ParseErrorAction)
        {
            foreach (var error in parsed.Errors)
            {
                await Console.Error.WriteLineAsync(error.Message);
            }

            await Console.Error.WriteLineAsync($"'{Usage(parsed.CommandResult.Command)} --help' shows how it is used.");
            return ExitCodes.Misused;
        }

        try
        {
            // No time limit after Ctrl-C: the server's own shutdown is bounded, and the other commands end at once.
            return await parsed.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (SettingsException wrong)
        {
            await Console.Error.WriteLineAsync($"The settings cannot be used:{Environment.NewLine}{string.Join(Environment.NewLine, wrong.Problems.Select(p => $"  {p}"))}");
            return ExitCodes.Misused;
        }
        catch (CliException failed)
        {
            await Console.Error.WriteLineAsync(failed.Message);
            return failed.ExitCode;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Interrupted.");
            return ExitCodes.Interrupted;
        }
    }

    private static RootCommand Create()
    {
        var root = new RootCommand("Atrium, a self-hosted AI hub: one endpoint and one key for models, safety and projects.")
        {
            UpCommand.Create(),
            DownCommand.Create(),
            StatusCommand.Create(),
            PortalCommand.Create(),
            TrustCommand.Create(),
            Models.ModelsCommand.Create(),
            ConnectCommand.Create(),
            ConnectionsCommand.Create(),
            NetworkCommand.Create(),
            UsageCommand.Create(),
            AuditCommand.Create(),
            AccessCommand.Create(),
            ComplianceCommand.Create(),
            Principals.UserCommand.Create(),
            Principals.PrincipalCommand.Create(),
            ServeCommand.Create(),
            SettingsCommand.Create(),
            VersionCommand.Create(),
        };
        DocumentedCommand.ShowExamples(root);
        return root;
    }

    private static string Usage(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{Usage(parent)} {command.Name}" : "atrium";
}
