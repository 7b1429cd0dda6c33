using Atrium.Server.Resources.Changes;
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
        .AddSingleton<PurgeSweep>()
        .AddHostedService(services => services.GetRequiredService<PurgeSweep>())
        .AddSingleton<ChangeFeed>()
        .AddHostedService<ChangePoller>()
        .AddHostedService<OperationRunner>();

    public static void MapResources(this IEndpointRouteBuilder routes)
    {
        routes.MapOperations();
        routes.MapDeletedResources();
        routes.Map("/subscriptions/{**rest}", DispatchAsync).WithTags("Resources");
        routes.Map("/providers/{**rest}", DispatchAsync).WithTags("Resources");
    }

    /// <summary>A resource type: one line a type in the feature that owns it.</summary>
    public static IServiceCollection AddResourceType<T>(this IServiceCollection services)
        where T : ResourceType => services.AddSingleton<ResourceType, T>();

    /// <summary>Rows of a feature under resources that are none themselves.</summary>
    public static IServiceCollection AddKeptType(this IServiceCollection services, string name) => services.AddSingleton(new KeptType(name));

    /// <summary>Parts of resources at which roles are given.</summary>
    public static IServiceCollection AddPartType(this IServiceCollection services, string name) => services.AddSingleton(new PartType(name));

    /// <summary>Published types and actions that are not built yet: they answer 501 instead of 404.</summary>
    public static IServiceCollection AddNotBuilt(this IServiceCollection services, System.Collections.Immutable.ImmutableArray<string> apiVersions, params string[] names)
    {
        foreach (var name in names)
        {
            services.AddSingleton(new NotBuiltType(name, apiVersions));
        }

        return services;
    }

    private static async Task DispatchAsync(HttpContext context, ResourceRoutes routes)
    {
        var result = await routes.DispatchAsync(context, context.RequestAborted);
        await result.ExecuteAsync(context);
    }
}
