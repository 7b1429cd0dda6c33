using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Atrium.Inference;

/// <summary>What a program of others may take.</summary>
/// <param name="Bubblewrap">What it is locked into; null to run it without, where the whole hub is locked in by other means.</param>
/// <param name="MaxMemory">Address space of each of its processes, in bytes.</param>
/// <param name="MaxProcessorTime">Of each of its processes.</param>
internal sealed record ProgramBounds(string? Bubblewrap, long MaxMemory, TimeSpan MaxProcessorTime)
{
    /// <summary>Whether it has a folder for temporary files, which nobody else sees.</summary>
    public bool HasScratch { get; init; }

    /// <summary>How long a file may be that it writes, be it in memory only.</summary>
    public long MaxFile { get; init; }
}

/// <summary>
/// How a program of others is started so that whoever breaks it gains nothing: it sees the system's programs and libraries and what is named, all read-only, has no
/// network, no capabilities, no other process and nothing of our environment, and ends with its processor time or memory. Pure.
/// </summary>
internal static class ProgramSandbox
{
    private const string Limits = "prlimit";
    private const int Nobody = 65534;
    private static readonly string[] SystemFolders = ["/usr", "/bin", "/lib", "/lib64", "/etc/alternatives", "/etc/ld.so.cache"];

    /// <param name="bounds">What it may take.</param>
    /// <param name="mounts">What else it sees, as bubblewrap takes it.</param>
    /// <param name="program">A name that PATH leads to, or a path.</param>
    /// <param name="arguments">Of the program.</param>
    public static ProcessStartInfo Start(ProgramBounds bounds, IReadOnlyList<string> mounts, string program, IEnumerable<string> arguments)
    {
        List<string> words = [.. Locked(bounds, mounts), .. Limited(bounds), program, .. arguments];
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
        start.Environment["LC_ALL"] = "C.UTF-8";
        return start;
    }

    /// <summary>Starts it; null where it cannot be. What it complains of may quote what it was given, so it goes nowhere, and does not stop it.</summary>
    public static Process? Launch(ProcessStartInfo start)
    {
        try
        {
#pragma warning disable RS0030 // It calls nothing: these programs are given text to work on, and inside bubblewrap they have no network.
            var process = Process.Start(start)!;
#pragma warning restore RS0030
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            return process;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static IEnumerable<string> Locked(ProgramBounds bounds, IReadOnlyList<string> mounts)
    {
        if (bounds.Bubblewrap is not { } bubblewrap)
        {
            return [];
        }

        var nobody = Nobody.ToString(CultureInfo.InvariantCulture);
        return
        [
            bubblewrap, "--unshare-all", "--unshare-user", "--uid", nobody, "--gid", nobody, "--cap-drop", "ALL", "--die-with-parent", "--new-session",
            .. SystemFolders.SelectMany(folder => (string[])["--ro-bind-try", folder, folder]),
            "--dev", "/dev", "--proc", "/proc",
            .. bounds.HasScratch ? (string[])["--tmpfs", "/tmp"] : [],
            .. mounts,
            "--remount-ro", "/",
        ];
    }

    private static IEnumerable<string> Limited(ProgramBounds bounds) =>
    [
        Limits,
        string.Create(CultureInfo.InvariantCulture, $"--as={bounds.MaxMemory}"),
        string.Create(CultureInfo.InvariantCulture, $"--cpu={(int)bounds.MaxProcessorTime.TotalSeconds}"),
        string.Create(CultureInfo.InvariantCulture, $"--fsize={bounds.MaxFile}"),
        "--core=0", "--nofile=64", "--",
    ];
}
