using Atrium.Server.Hosting.Settings;

namespace Atrium.Server.Egress;

/// <summary>How the server calls out, and where it may.</summary>
internal static class EgressFeature
{
    public static IServiceCollection AddEgressFeature(this IServiceCollection services) => services
        .AddSettings<EgressOptions>(EgressOptions.Section)
        .AddSingleton<IOutside, Outside>()
        .AddSingleton<AddressRules>()
        .AddSingleton<ConnectionPools>()
        .AddSingleton<EgressClient>()
        .AddSingleton<UrlFetcher>();

    /// <summary>A reason to call out: one line a door in the feature that uses it.</summary>
    public static IServiceCollection AddEgressDoor(this IServiceCollection services, EgressDoor door) => services.AddSingleton(door);
}
