using Atrium.Server.Egress;

namespace Atrium.Server.Network;

/// <summary>The managed networks of hubs: what may be reached from them.</summary>
internal static class NetworkFeature
{
    public static IServiceCollection AddNetworkFeature(this IServiceCollection services) => services
        .AddSingleton<NetworkState>()
        .AddSingleton<IOutboundNetworks>(provider => provider.GetRequiredService<NetworkState>());
}
