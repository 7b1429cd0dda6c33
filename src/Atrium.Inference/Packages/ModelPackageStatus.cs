namespace Atrium.Inference.Packages;

/// <summary>A package and what the cache holds of it.</summary>
/// <param name="Package">The package.</param>
/// <param name="Folder">Where its files are, or will be.</param>
/// <param name="Bytes">What they take on disk; 0 if it is not there.</param>
/// <param name="Problems">Why it cannot be used, one sentence each; empty if it is ready.</param>
public sealed record ModelPackageStatus(ModelPackage Package, string Folder, long Bytes, IReadOnlyList<string> Problems)
{
    /// <summary>Whether the package can be used.</summary>
    public bool IsReady => Problems.Count == 0;
}
