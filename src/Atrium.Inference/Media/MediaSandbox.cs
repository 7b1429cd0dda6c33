using System.Diagnostics;
using System.Globalization;

namespace Atrium.Inference.Media;

/// <summary>
/// How a decoder is started so that a hostile file gains nothing by breaking it: it sees the system's libraries and its one input, all read-only, has no network, no
/// capabilities and no other process, may write no file, and ends with its processor time or memory. Pure.
/// </summary>
internal static class MediaSandbox
{
    /// <summary>Where the decoder sees its file.</summary>
    public const string Input = "/input";
    private const string Limits = "prlimit";
    private const int Nobody = 65534;
    private static readonly string[] SystemFolders = ["/usr", "/bin", "/lib", "/lib64", "/etc/alternatives", "/etc/ld.so.cache"];

    /// <param name="options">The bounds.</param>
    /// <param name="program">The decoder.</param>
    /// <param name="file">Its input; null where that comes by its standard input.</param>
    /// <param name="arguments">As the decoder takes them, its input being called <see cref="InputOf"/>.</param>
    public static ProcessStartInfo Start(MediaOptions options, string program, string? file, IEnumerable<string> arguments)
    {
        List<string> words = [.. Locked(options, file), .. Limited(options), program, .. arguments];
        var start = new ProcessStartInfo(words[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var word in words.Skip(1))
        {
            start.ArgumentList.Add(word);
        }

        // Nothing of ours goes along.
        var path = start.Environment["PATH"];
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        return start;
    }

    /// <summary>What the decoder calls its input.</summary>
    public static string InputOf(MediaOptions options, string? file) => file is null ? "pipe:0" : "file:" + (options.Bubblewrap is null ? file : Input);

    private static IEnumerable<string> Locked(MediaOptions options, string? file)
    {
        if (options.Bubblewrap is not { } bubblewrap)
        {
            return [];
        }

        var nobody = Nobody.ToString(CultureInfo.InvariantCulture);
        return
        [
            bubblewrap, "--unshare-all", "--unshare-user", "--uid", nobody, "--gid", nobody, "--cap-drop", "ALL", "--die-with-parent", "--new-session",
            .. SystemFolders.SelectMany(folder => (string[])["--ro-bind-try", folder, folder]),
            "--dev", "/dev", "--proc", "/proc",
            .. file is null ? Array.Empty<string>() : ["--ro-bind", file, Input],
            "--remount-ro", "/",
        ];
    }

    private static IEnumerable<string> Limited(MediaOptions options) =>
    [
        Limits,
        string.Create(CultureInfo.InvariantCulture, $"--as={options.MaxMemory}"),
        string.Create(CultureInfo.InvariantCulture, $"--cpu={(int)options.MaxProcessorTime.TotalSeconds}"),
        "--fsize=0", "--core=0", "--nofile=64", "--",
    ];
}
