using System.CommandLine;
using Atrium.Server.Hosting.Health;

namespace Atrium.Server.Cli;

/// <summary>Prints the version.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        var command = new Command("version", "Print the version.");
        command.SetAction(_ => Console.WriteLine(HealthRoutes.Version));
        return command;
    }
}
