using Atrium.Server.Resources;

namespace Atrium.Server.Hubs;

/// <summary>Workspaces: the hub, and the plain kinds that have neither hub nor projects.</summary>
internal static class HubsFeature
{
    public static IServiceCollection AddHubsFeature(this IServiceCollection services) => services
        .AddResourceType<WorkspaceType>()
        .AddSingleton<IWorkspaceKind, HubKind>()
        .AddSingleton<IWorkspaceKind, PlainKind>()
        .AddSingleton<IWorkspaceKind, FeatureStoreKind>();
}
