using System.CommandLine;

namespace Atrium.Server.Cli;

/// <summary>Runs the server in this process.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        var options = new ServerOptions();
        var detached = new Option<bool>("--detached") { Hidden = true };
        var command = new DocumentedCommand(
            "serve",
            "Run the server in the foreground, for a service manager or a container. 'atrium up' starts it in the background.",
            "atrium serve --data /var/lib/atrium --Listen:Address '*'    # any setting of docs/settings.md")
        {
            detached,
        };
        options.AddTo(command);
        command.SetAction((parsed, _) => ServerProcess.RunAsync(options.ToArguments(parsed), parsed.GetValue(detached), ready: null));
        return command;
    }
}
