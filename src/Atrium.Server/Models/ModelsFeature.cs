using Atrium.Inference;
using Atrium.Server.AiServices;
using Atrium.Server.Hosting.Settings;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Models;

/// <summary>The embedded models.</summary>
internal static class ModelsFeature
{
    public static IServiceCollection AddModelsFeature(this IServiceCollection services) => services
        .AddSettings<ModelsOptions>(ModelsOptions.Section)
        .AddSingleton(provider => new EmbeddedModels(
            provider.GetRequiredService<IOptions<ModelsOptions>>().Value.CacheFolder, new InferenceLimits(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<EmbeddedEngines>()
        .AddSingleton<IModelCatalog, ModelCatalog>()
        .AddHostedService<WarmUp>();
}
