using Atrium.Inference;
using Atrium.Server.AiServices;
using Atrium.Server.Hosting.Models;

namespace Atrium.Server.Models;

/// <summary>The embedded models.</summary>
internal static class ModelsFeature
{
    public static IServiceCollection AddModelsFeature(this IServiceCollection services) => services
        .AddSingleton(provider => new EmbeddedModels(
            provider.GetRequiredService<ModelFolders>().Cache, new InferenceLimits(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<EmbeddedEngines>()
        .AddSingleton<IModelCatalog, ModelCatalog>()
        .AddHostedService<WarmUp>();
}
