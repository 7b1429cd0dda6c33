using Atrium.Server.Resources;

namespace Atrium.Server.Vault;

/// <summary>Key vaults.</summary>
internal static class VaultFeature
{
    public static IServiceCollection AddVaultFeature(this IServiceCollection services) => services
        .AddResourceType<VaultType>()
        .AddResourceType<AccessPolicyType>()
        .AddNotBuilt(
            VaultType.Versions,
            $"{VaultType.TypeName}/secrets",
            $"{VaultType.TypeName}/keys",
            $"{VaultType.TypeName}/privateEndpointConnections",
            $"{VaultType.TypeName}/privateLinkResources");

    public static void MapVaultFeature(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/subscriptions/{subscriptionId}/providers/Microsoft.KeyVault/checkNameAvailability", VaultNames.CheckAsync).WithTags("Key vaults");
}
