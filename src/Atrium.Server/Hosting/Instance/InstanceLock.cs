using System.Globalization;

namespace Atrium.Server.Hosting.Instance;

/// <summary>
/// Held by the one server that runs on a data folder. The operating system lets go of it when the process ends, however it ends,
/// so a file left behind means nothing and a process id taken by another program misleads nobody.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private const string FileName = "server.lock";
    private readonly FileStream file;

    private InstanceLock(FileStream file) => this.file = file;

    /// <summary>Null when a server holds it.</summary>
    public static InstanceLock? TryTake(string data)
    {
        PrivateFile.CreateFolder(data);
        PrivateFile.CreateFolder(RunningServer.FolderIn(data));
        if (TryOpen(PathIn(data)) is not { } file)
        {
            return null;
        }

        // What an earlier server said of itself is over.
        File.Delete(RunningServer.PathIn(data));
        File.WriteAllText(PidPathIn(data), Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        return new(file);
    }

    public static bool IsHeld(string data)
    {
        if (!File.Exists(PathIn(data)))
        {
            return false;
        }

        using var free = TryOpen(PathIn(data));
        return free is null;
    }

    /// <summary>The holder's process, also before it listens; null when nobody holds the lock.</summary>
    public static int? Holder(string data) =>
        IsHeld(data) && File.Exists(PidPathIn(data)) && int.TryParse(File.ReadAllText(PidPathIn(data)), CultureInfo.InvariantCulture, out var pid) ? pid : null;

    public void Dispose() => file.Dispose();

    private static string PathIn(string data) => Path.Combine(RunningServer.FolderIn(data), FileName);

    private static string PidPathIn(string data) => Path.Combine(RunningServer.FolderIn(data), "atrium.pid");

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = PrivateFile.OwnerOnly,
            });
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
