using System.CommandLine;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Cli;

/// <summary>Prints docs/settings.md.</summary>
internal static class SettingsCommand
{
    public static Command Create()
    {
        var command = new Command("settings", "Print every setting with its default, the values allowed and what it does.");
        command.SetAction(async (_, _) =>
        {
            await using var app = Program.Build([]);
            Console.Write(SettingsReference.Write(app.Services.GetServices<SettingsSection>()));
        });
        return command;
    }
}
