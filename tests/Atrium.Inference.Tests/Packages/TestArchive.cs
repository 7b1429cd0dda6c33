using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using Atrium.Inference.Packages;

namespace Atrium.Inference.Tests.Packages;

/// <summary>Makes small package archives, good and bad ones.</summary>
internal static class TestArchive
{
    public static byte[] Of(params (string Name, string Content)[] files) => Write(tar =>
    {
        foreach (var (name, content) in files)
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)) });
        }
    });

    public static byte[] WithLink(string name, string target) =>
        Write(tar => tar.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, name) { LinkName = target }));

    /// <summary>A package pinned to the archive, which is put into the folder for offline use.</summary>
    public static ModelPackage Pin(byte[] archive, string offlineFolder, params string[] files)
    {
        var package = new ModelPackage
        {
            Id = "tiny",
            Purpose = "test",
            NpmName = "@example/tiny",
            Version = "1.0.0",
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(archive)),
            ArchiveBytes = archive.Length,
            Licence = "MIT",
            Files = files,
        };
        Directory.CreateDirectory(offlineFolder);
        File.WriteAllBytes(Path.Combine(offlineFolder, package.ArchiveName), archive);
        return package;
    }

    private static byte[] Write(Action<TarWriter> entries)
    {
        var bytes = new MemoryStream();
        using (var plain = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(plain, TarEntryFormat.Ustar))
        {
            entries(tar);
        }

        return bytes.ToArray();
    }
}
