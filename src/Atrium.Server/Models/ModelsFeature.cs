using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Models;

/// <summary>The embedded models.</summary>
internal static class ModelsFeature
{
    public static IServiceCollection AddModelsFeature(this IServiceCollection services) => services
        .AddSettings<ModelsOptions>(ModelsOptions.Section);
}
