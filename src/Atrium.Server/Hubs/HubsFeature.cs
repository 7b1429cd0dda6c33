using Atrium.Server.Resources;

namespace Atrium.Server.Hubs;

/// <summary>Workspaces: the hub, and the plain kinds that have neither hub nor projects.</summary>
internal static class HubsFeature
{
    public static IServiceCollection AddHubsFeature(this IServiceCollection services) => services
        .AddResourceType<WorkspaceType>()
        .AddResourceType<OutboundRuleType>()
        .AddResourceType<ManagedNetworkType>()
        .AddResourceType<PrivateEndpointConnectionType>()
        .AddNotBuilt(MachineLearningVersions.All, NotBuiltYet.Names)
        .AddSingleton<WorkspaceKinds>()
        .AddSingleton<IWorkspaceKind, HubKind>()
        .AddSingleton<IWorkspaceKind, PlainKind>()
        .AddSingleton<IWorkspaceKind, FeatureStoreKind>()
        .AddSingleton<IWorkspaceActions, SettingsActions>()
        .AddSingleton<IWorkspaceActions, KeyActions>()
        .AddSingleton<IWorkspaceActions, NetworkActions>()
        .AddSingleton<IWorkspaceActions, FeatureActions>()
        .AddSingleton<IWorkspaceActions, DiagnoseActions>()
        .AddSingleton<IWorkspaceActions, RecoverActions>();
}
