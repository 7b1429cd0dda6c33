using Atrium.Server.Egress;
using Atrium.Server.Hubs;

namespace Atrium.Server.Network;

/// <summary>The managed networks of hubs: what may be reached from them.</summary>
internal static class NetworkFeature
{
    public static IServiceCollection AddNetworkFeature(this IServiceCollection services) => services
        .AddSingleton<OwnServer>()
        .AddSingleton<NetworkReader>()
        .AddSingleton<IWorkspaceActions, OutboundCheck>()
        .AddSingleton<NetworkState>()
        .AddSingleton<IOutboundNetworks>(provider => provider.GetRequiredService<NetworkState>());
}
