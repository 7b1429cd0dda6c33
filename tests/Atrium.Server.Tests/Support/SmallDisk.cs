using System.Diagnostics;

namespace Atrium.Server.Tests.Support;

/// <summary>A file system of its own, as small as a test wants it. Needs the right to mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    public static SmallDisk Mount(int megabytes)
    {
        Assert.SkipUnless(Environment.UserName == "root", "A file system of one's own needs root.");
        var path = Directory.CreateTempSubdirectory("atrium-disk-").FullName;
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path), "tmpfs cannot be mounted here.");
        var disk = new SmallDisk(path);
        File.WriteAllBytes(disk.Ballast, new byte[3_000_000]);
        return disk;
    }

    public void Fill(long leavingBytes)
    {
        using var file = new FileStream(Ballast, FileMode.Append);
        var buffer = new byte[65_536];
        while (new DriveInfo(Path).AvailableFreeSpace > leavingBytes + buffer.Length)
        {
            file.Write(buffer);
        }
    }

    public void GiveRoom() => File.Delete(Ballast);

    public void Dispose()
    {
        Run("umount", "--lazy", Path);
        Directory.Delete(Path);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
