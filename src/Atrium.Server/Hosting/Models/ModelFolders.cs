using Atrium.Inference.Packages;

namespace Atrium.Server.Hosting.Models;

/// <summary>Where models are: the packages that Atrium fetches, and the operator's own files.</summary>
internal sealed class ModelFolders(AtriumOptions options, TimeProvider clock)
{
    /// <summary>The operator's GGUF files. Need not be there.</summary>
    public string Own { get; } = Path.GetFullPath(options.Models.Folder ?? Path.Combine(options.Data, "models"));

    /// <summary>The packages' folder, shared by all installations of a user.</summary>
    public string Cache { get; } = CacheOf(options);

    public ModelPackageStore Packages { get; } = new(CacheOf(options), options.Models.OfflinePackages, clock);

    private static string CacheOf(AtriumOptions options) => Path.GetFullPath(options.Models.Cache ?? DefaultCache);

    private static string DefaultCache
    {
        get
        {
            var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given
                ? given
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
            return Path.Combine(cache, "atrium", "models");
        }
    }
}
