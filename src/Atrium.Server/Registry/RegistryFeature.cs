using Atrium.Server.Resources;

namespace Atrium.Server.Registry;

/// <summary>Container registries.</summary>
internal static class RegistryFeature
{
    public static IServiceCollection AddRegistryFeature(this IServiceCollection services) => services.AddResourceType<RegistryType>();
}
