using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference;
using Atrium.Inference.Media;
using Atrium.Inference.Shelf;
using Atrium.Server.AiServices;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Resources;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Models;

/// <summary>The embedded models, and a view of those that are loaded.</summary>
internal static class ModelsFeature
{
    private const string ReadLoaded = "Atrium.Models/loaded/read";

    public static IServiceCollection AddModelsFeature(this IServiceCollection services) => services
        .AddSettings<ModelsOptions>(ModelsOptions.Section)
        .AddSingleton(provider => new ModelShelf(provider.GetRequiredService<IOptions<ModelsOptions>>().Value.Shelf, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new EmbeddedModels(
            provider.GetRequiredService<IOptions<ModelsOptions>>().Value.CacheFolder,
            new InferenceLimits(),
            provider.GetRequiredService<ModelShelf>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<SpeakingSettings>>().Value.Options))
        .AddSettings<SpeakingSettings>(SpeakingSettings.Section)
        .AddSingleton<EmbeddedEngines>()
        .AddSettings<MediaSettings>(MediaSettings.Section)
        .AddSingleton(provider => new MediaDecoder(provider.GetRequiredService<IOptions<MediaSettings>>().Value.Options))
        .AddSingleton<AudioDecoder>()
        .AddSingleton<IModelCatalog, ModelCatalog>()
        .AddHostedService<WarmUp>();

    public static void MapModelsFeature(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/subscriptions/{subscriptionId}/providers/Atrium.Models/loaded", ListLoadedAsync).WithTags("Models");

    /// <summary>The models are this node's and all subscriptions', so the right is asked for at the tenant.</summary>
    private static async Task<IResult> ListLoadedAsync(HttpContext context, IAccessControl access, ModelShelf shelf, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, ["2026-11-01"]);
        await access.DemandAsync(request.Caller, ReadLoaded, ResourceId.Tenant, cancellationToken);
        var models = shelf.Models;
        return Results.Json(new JsonObject
        {
            ["memoryBytes"] = shelf.MemoryBytes,
            ["takenBytes"] = models.Where(model => model.State is not ModelState.Closed).Sum(model => model.Bytes),
            ["value"] = new JsonArray([.. models.Select(model => new JsonObject
            {
                ["name"] = model.Name,
                ["state"] = Word(model.State),
                ["bytes"] = model.Bytes,
                ["users"] = model.Users,
                ["lastUse"] = model.LastUse?.UtcDateTime,
            })]),
        });
    }

    private static string Word(ModelState state) => state switch
    {
        ModelState.Open => "loaded",
        ModelState.Opening => "loading",
        ModelState.Closing => "unloading",
        _ => "notLoaded",
    };
}
