using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Cli;

/// <summary>Which installation a command without <c>--data</c> means: ATRIUM_DATA, the one started last, the usual folder.</summary>
internal static class LastData
{
    private static string PathOfNote
    {
        get
        {
            var state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } given
                ? given
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "state");
            return Path.Combine(state, "atrium", "last-data");
        }
    }

    public static string Find(string? given)
    {
        if ((given ?? Environment.GetEnvironmentVariable($"{SettingsSources.EnvironmentPrefix}DATA")) is { Length: > 0 } named)
        {
            return Path.GetFullPath(named);
        }

        return File.Exists(PathOfNote) ? File.ReadAllText(PathOfNote).TrimEnd() : SettingsSources.DefaultData;
    }

    public static void Remember(string data)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOfNote)!);
            PrivateFile.Write(PathOfNote, data + "\n");
        }
        catch (Exception readOnly) when (readOnly is IOException or UnauthorizedAccessException)
        {
            // Without the note the other commands need --data; the hub itself runs.
        }
    }
}
