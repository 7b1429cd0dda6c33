using System.Text;

namespace Atrium.Server.Hosting.Settings;

/// <summary>docs/settings.md, written from the options classes. A test holds the file to it.</summary>
internal static class SettingsReference
{
    public static string Write(IEnumerable<SettingsSection> sections)
    {
        var text = new StringBuilder("""
            # Settings

            Each can be given in four places. The first one that has it wins:

            1. the command line: `atrium up --Listen:Port 9000` (`--data`, `--port`, `--https-port` are short for `--Data`, `--Listen:Port`, `--Listen:HttpsPort`)
            2. the environment: `ATRIUM_LISTEN__PORT=9000` (prefix `ATRIUM_`, two underscores for a colon)
            3. the file that `--config FILE` names, as JSON: `{ "Listen": { "Port": 9000 } }`
            4. `appsettings.json` in the data folder, of the same form; then the one beside the program

            They are read and checked at start. When something is wrong nothing starts: every mistake is listed with its key, the value found and the values allowed,
            and the exit code is 2. `Logging:LogLevel:{category}` sets the level of a log category (`Trace` to `None`), as in any ASP.NET Core program.
            Elements of a list are `Key:0`, `Key:1`, ... (`ATRIUM_KEY__0`).

            This page is written by `atrium settings` from the code.

            | setting | default | allowed | what it does |
            |---|---|---|---|

            """);
        foreach (var setting in sections.OrderBy(s => s.Name, StringComparer.Ordinal).SelectMany(Setting.Of))
        {
            text.Append($"| `{setting.Key}` | {setting.Default} | {setting.Allowed.Replace("|", "\\|", StringComparison.Ordinal)} | {setting.Description} |\n");
        }

        return text.ToString();
    }
}
