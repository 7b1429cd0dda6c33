using System.Globalization;

namespace Atrium.Server.Hosting.Instance;

/// <summary>
/// Held by the one server that runs on a data folder. The operating system lets go of it when the process ends, however it ends,
/// so a file left behind means nothing and a process id taken by another program misleads nobody.
/// </summary>
internal sealed class InstanceLock : IDisposable
{
    private const string FileName = "server.lock";

    /// <summary>Whoever asks whether it is held has it for an instant, so a server tries more than once.</summary>
    private const int Tries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);
    private readonly FileStream file;

    private InstanceLock(FileStream file) => this.file = file;

    /// <summary>Null when a server holds it.</summary>
    public static async Task<InstanceLock?> TryTakeAsync(string data, CancellationToken cancellationToken)
    {
        PrivateFile.CreateFolder(data);
        PrivateFile.CreateFolder(RunningServer.FolderIn(data));
        var file = TryOpen(PathIn(data), FileAccess.ReadWrite, FileShare.None);
        for (var tries = 1; file is null && tries < Tries; tries++)
        {
            await Task.Delay(Pause, cancellationToken);
            file = TryOpen(PathIn(data), FileAccess.ReadWrite, FileShare.None);
        }

        if (file is null)
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

        // Shared, so that two who ask do not take one another for a server.
        using var free = TryOpen(PathIn(data), FileAccess.Read, FileShare.Read);
        return free is null;
    }

    /// <summary>The holder's process, also before it listens; null when nobody holds the lock.</summary>
    public static int? Holder(string data) =>
        IsHeld(data) && File.Exists(PidPathIn(data)) && int.TryParse(File.ReadAllText(PidPathIn(data)), CultureInfo.InvariantCulture, out var pid) ? pid : null;

    public void Dispose() => file.Dispose();

    private static string PathIn(string data) => Path.Combine(RunningServer.FolderIn(data), FileName);

    private static string PidPathIn(string data) => Path.Combine(RunningServer.FolderIn(data), "atrium.pid");

    private static FileStream? TryOpen(string path, FileAccess access, FileShare share)
    {
        try
        {
            return new(path, new FileStreamOptions
            {
                Mode = access is FileAccess.Read ? FileMode.Open : FileMode.OpenOrCreate,
                Access = access,
                Share = share,
                UnixCreateMode = access is FileAccess.Read ? null : PrivateFile.OwnerOnly,
            });
        }
        catch (IOException) when (File.Exists(path))
        {
            return null;
        }
    }
}
