using System.Formats.Tar;
using System.IO.Compression;

namespace Atrium.Inference.Packages;

/// <summary>Takes the needed files out of an archive. Whatever the archive says, nothing is written outside the target folder.</summary>
internal static class PackageArchive
{
    /// <summary>No package of ours comes near; an archive that unpacks to more is not one of them.</summary>
    internal const long MaxUnpackedBytes = 1L << 30;

    public static async Task UnpackAsync(string archive, IReadOnlyList<string> wanted, string target, CancellationToken cancellationToken)
    {
        var missing = new HashSet<string>(wanted, StringComparer.Ordinal);
        try
        {
            await using var file = File.OpenRead(archive);
            await using var plain = new GZipStream(file, CompressionMode.Decompress);
            await using var tar = new TarReader(plain);
            long total = 0;
            while (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is { } entry)
            {
                if (entry.EntryType is TarEntryType.Directory or TarEntryType.GlobalExtendedAttributes)
                {
                    continue;
                }

                var path = CheckedPath(entry, archive);
                total += entry.Length;
                if (total > MaxUnpackedBytes)
                {
                    throw new ModelPackageException($"'{archive}' unpacks to more than {MaxUnpackedBytes} bytes.");
                }

                if (wanted.FirstOrDefault(name => name == path || (name.EndsWith('/') && path.StartsWith(name, StringComparison.Ordinal))) is { } match)
                {
                    await WriteAsync(entry, Path.Combine(target, path), cancellationToken);
                    missing.Remove(match);
                }
            }
        }
        catch (Exception broken) when (broken is InvalidDataException or EndOfStreamException)
        {
            throw new ModelPackageException($"'{archive}' cannot be unpacked: {broken.Message}", broken);
        }

        if (missing.Count > 0)
        {
            throw new ModelPackageException($"'{archive}' lacks {string.Join(", ", missing.Order(StringComparer.Ordinal))}.");
        }
    }

    /// <summary>The entry's path below the archive's top folder. Links and paths that lead elsewhere are refused.</summary>
    private static string CheckedPath(TarEntry entry, string archive)
    {
        if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
        {
            throw new ModelPackageException($"'{archive}' contains '{entry.Name}', which is a {entry.EntryType}. Only files are allowed.");
        }

        var parts = entry.Name.Split('/');
        if (parts.Length < 2 || parts.Any(part => part is "" or "." or "..") || entry.Name.AsSpan().IndexOfAny('\\', '\0') >= 0)
        {
            throw new ModelPackageException($"'{archive}' contains '{entry.Name}', which does not lead into the package's folder.");
        }

        return string.Join('/', parts.Skip(1));
    }

    private static async Task WriteAsync(TarEntry entry, string target, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        await using var file = new FileStream(target, FileMode.CreateNew);
        if (entry.DataStream is { } data)
        {
            await data.CopyToAsync(file, cancellationToken);
        }

        if (file.Length != entry.Length)
        {
            throw new EndOfStreamException($"it ends inside '{entry.Name}'.");
        }
    }
}
