using Atrium.Server.Egress;
using Atrium.Server.Hosting.Settings;
using Atrium.Server.Hubs;
using Atrium.Server.Network.Inbound;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Network;

/// <summary>The managed networks of hubs: what may be reached from them. And from where hubs, accounts, vaults, storage accounts and registries may be.</summary>
internal static class NetworkFeature
{
    public static IServiceCollection AddNetworkFeature(this IServiceCollection services) => services
        .AddSingleton<OwnServer>()
        .AddSingleton<NetworkReader>()
        .AddSingleton<OutboundDecider>()
        .AddSingleton<IWorkspaceActions, OutboundCheck>()
        .AddSingleton<NetworkState>()
        .AddSingleton<IOutboundNetworks>(provider => provider.GetRequiredService<NetworkState>())
        .AddSettings<InboundOptions>(InboundOptions.Section)
        .AddSingleton<KnownNetworks>()
        .AddSingleton<INetworkGate, InboundGate>();
}
