using System.Security.Cryptography;
using System.Text.Json;

namespace Atrium.Inference.Packages;

/// <summary>What a ready folder must contain. It is written last, so a folder that has it is complete.</summary>
internal sealed record PackageManifest
{
    private const string FileName = "atrium-manifest.json";

    /// <summary>The SHA-256 of the archive that the files came from.</summary>
    public required string Archive { get; init; }

    /// <summary>SHA-256 by file, of everything in the folder but the manifest.</summary>
    public required IReadOnlyDictionary<string, string> Files { get; init; }

    public static async Task<PackageManifest> WriteAsync(string folder, string archive, CancellationToken cancellationToken)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            files[Path.GetRelativePath(folder, file)] = await HashAsync(file, cancellationToken);
        }

        var manifest = new PackageManifest { Archive = archive, Files = files };
        await File.WriteAllBytesAsync(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(manifest), cancellationToken);
        return manifest;
    }

    /// <summary>The folder's manifest; null if there is none that can be read.</summary>
    public static async Task<PackageManifest?> ReadAsync(string folder, CancellationToken cancellationToken)
    {
        try
        {
            return JsonSerializer.Deserialize<PackageManifest>(await File.ReadAllBytesAsync(Path.Combine(folder, FileName), cancellationToken));
        }
        catch (Exception missing) when (missing is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>What differs between the folder and this manifest, in full: every file is read.</summary>
    public async IAsyncEnumerable<string> CompareAsync(
        string folder, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var (name, expected) in Files)
        {
            var file = Path.Combine(folder, name);
            if (!File.Exists(file))
            {
                yield return $"The file '{name}' is missing.";
                continue;
            }

            var found = await HashAsync(file, cancellationToken);
            if (found != expected)
            {
                yield return $"The file '{name}' has changed: expected SHA-256 {expected}, found {found}.";
            }
        }
    }

    public static async Task<string> HashAsync(string file, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }
}
