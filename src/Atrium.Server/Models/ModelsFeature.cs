using Atrium.Inference;
using Atrium.Inference.Media;
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
        .AddSettings<MediaSettings>(MediaSettings.Section)
        .AddSingleton(provider => new MediaDecoder(provider.GetRequiredService<IOptions<MediaSettings>>().Value.Options))
        .AddSingleton<AudioDecoder>()
        .AddSingleton<IModelCatalog, ModelCatalog>()
        .AddHostedService<WarmUp>();
}
