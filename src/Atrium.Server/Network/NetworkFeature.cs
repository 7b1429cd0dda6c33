using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Network;

/// <summary>What may leave the server.</summary>
internal static class NetworkFeature
{
    public static IServiceCollection AddNetworkFeature(this IServiceCollection services) => services
        .AddSettings<NetworkOptions>(NetworkOptions.Section)
        .AddSingleton<EgressPolicy>()
        .AddSingleton<UrlFetcher>();
}
