using System.CommandLine;

namespace Atrium.Server.Cli;

/// <summary>Options that several commands have.</summary>
internal static class CommonOptions
{
    public static Option<string?> Data() => new("--data") { Description = "Folder of everything the hub keeps.", HelpName = "DIR" };

    public static Option<string?> Config() => new("--config") { Description = "JSON file with settings (docs/settings.md).", HelpName = "FILE" };

    public static Option<string> Output()
    {
        var option = new Option<string>("--output", "-o") { Description = "How to print: text or json.", HelpName = "text|json", DefaultValueFactory = _ => "text" };
        option.AcceptOnlyFromAmong("text", "json");
        return option;
    }
}
