using System.CommandLine;
using Atrium.Server.Cli.Up;

namespace Atrium.Server.Cli;

/// <summary>Brings a hub up and prints how to use it.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var options = new ServerOptions();
        var foreground = new Option<bool>("--foreground") { Description = "Stay in the foreground and end with Ctrl-C." };
        var withoutModels = new Option<bool>("--no-models") { Description = "Do not fetch models that are missing." };
        var offline = Models.ModelsCommand.OfflinePackages();
        var command = new DocumentedCommand(
            "up",
            "Start the hub in the background and print its endpoint and key. Safe to run again at any time, also after Ctrl-C.",
            """
            atrium up                             # the usual hub, in ~/.local/share/atrium
            atrium up --data ./try --port 0       # another one, on free ports
            atrium up --Listen:Address '*'        # HTTPS for other machines too; any setting of docs/settings.md
            """)
        {
            foreground, withoutModels, offline,
        };
        options.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var settings = options.ToArguments(parsed);
            if (parsed.GetValue(offline) is { } folder)
            {
                settings = [.. settings, "--Models:OfflinePackages", Path.GetFullPath(folder)];
            }

            var starter = new Starter(settings, TimeProvider.System) { InForeground = parsed.GetValue(foreground), WithModels = !parsed.GetValue(withoutModels) };
            return starter.RunAsync(cancellationToken);
        });
        return command;
    }
}
