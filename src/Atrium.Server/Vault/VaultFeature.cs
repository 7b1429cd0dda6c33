using Atrium.Server.Resources;

namespace Atrium.Server.Vault;

/// <summary>Key vaults.</summary>
internal static class VaultFeature
{
    public static IServiceCollection AddVaultFeature(this IServiceCollection services) => services
        .AddResourceType<VaultType>()
        .AddNotBuilt(["2023-07-01", "2024-11-01", "2025-05-01"], $"{VaultType.TypeName}/secrets", $"{VaultType.TypeName}/keys", $"{VaultType.TypeName}/accessPolicies", $"{VaultType.TypeName}/privateEndpointConnections", $"{VaultType.TypeName}/privateLinkResources");
}
