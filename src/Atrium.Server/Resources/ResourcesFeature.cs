using Atrium.Server.Resources.Operations;

namespace Atrium.Server.Resources;

/// <summary>The resource API.</summary>
internal static class ResourcesFeature
{
    public static IServiceCollection AddResources(this IServiceCollection services) => services
        .AddSingleton<ResourceCatalog>()
        .AddSingleton<ResourceWriter>()
        .AddSingleton<ResourceRemover>()
        .AddSingleton<ResourceQueries>()
        .AddSingleton<ResourceRoutes>()
        .AddSingleton<LockKeeper>()
        .AddSingleton<OperationQueue>()
        .AddHostedService<OperationRunner>();

    public static void MapResources(this IEndpointRouteBuilder routes)
    {
        routes.MapOperations();
        routes.Map("/subscriptions/{**rest}", DispatchAsync).WithTags("Resources");
        routes.Map("/providers/{**rest}", DispatchAsync).WithTags("Resources");
    }

    /// <summary>A resource type: one line a type in the feature that owns it.</summary>
    public static IServiceCollection AddResourceType<T>(this IServiceCollection services)
        where T : ResourceType => services.AddSingleton<ResourceType, T>();

    private static async Task DispatchAsync(HttpContext context, ResourceRoutes routes)
    {
        var result = await routes.DispatchAsync(context, context.RequestAborted);
        await result.ExecuteAsync(context);
    }
}
