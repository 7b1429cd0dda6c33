namespace Atrium.Inference.Packages;

/// <summary>A model package could not be made ready. The message says what to do.</summary>
public class ModelPackageException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>An archive is not the one that was pinned. Nothing of it was used.</summary>
public sealed class ModelChecksumException(string file, string expected, string found)
    : ModelPackageException($"'{file}' is not the package that was pinned: expected SHA-256 {expected}, found {found}.")
{
    /// <summary>The archive.</summary>
    public string File { get; } = file;

    /// <summary>The pinned SHA-256.</summary>
    public string Expected { get; } = expected;

    /// <summary>The SHA-256 of the file.</summary>
    public string Found { get; } = found;
}
