using Atrium.Inference.Packages;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Models;

namespace Atrium.Server.Cli.Models;

/// <summary>Where models are: the packages that Atrium fetches, and the operator's own files.</summary>
internal sealed class ModelFolders(ModelsOptions options, string data, TimeProvider clock)
{
    /// <summary>The operator's GGUF files. Need not be there.</summary>
    public string Own { get; } = Path.GetFullPath(options.FolderIn(data));

    public ModelPackageStore Packages { get; } = new(Path.GetFullPath(options.CacheFolder), options.OfflinePackages, clock);

    /// <exception cref="SettingsException">A setting that matters here is wrong.</exception>
    public static ModelFolders From(IConfigurationRoot configuration, TimeProvider clock)
    {
        SettingsCheck.Demand(configuration, [new("", typeof(AtriumOptions)), new(ModelsOptions.Section, typeof(ModelsOptions))], onlyKnown: true);
        return new(configuration.GetSection(ModelsOptions.Section).Get<ModelsOptions>() ?? new(), configuration["Data"]!, clock);
    }
}
