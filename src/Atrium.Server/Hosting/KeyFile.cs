using System.Security.Cryptography;

namespace Atrium.Server.Hosting;

/// <summary>The installation's master key: 32 random bytes in a file that only its owner reads. It wraps the data key in the store.</summary>
internal static class KeyFile
{
    public const int KeyBytes = 32;

    public static byte[] ReadOrCreate(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        try
        {
            using var file = new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            file.Write(RandomNumberGenerator.GetBytes(KeyBytes));
            file.Flush(flushToDisk: true);
        }
        catch (IOException) when (File.Exists(path))
        {
        }

        var key = File.ReadAllBytes(path);
        return key.Length == KeyBytes
            ? key
            : throw new InvalidOperationException($"The master key '{path}' has {key.Length} bytes where {KeyBytes} are wanted. Restore it from a backup: without it the stored secrets cannot be read.");
    }
}
