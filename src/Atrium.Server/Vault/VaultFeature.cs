using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Vault.Secrets;

namespace Atrium.Server.Vault;

/// <summary>Key vaults.</summary>
internal static class VaultFeature
{
    public static IServiceCollection AddVaultFeature(this IServiceCollection services) => services
        .AddResourceType<VaultType>()
        .AddResourceType<AccessPolicyType>()
        .AddKeptType(SecretNames.SecretType)
        .AddKeptType(SecretNames.VersionType)
        .AddSingleton<SecretStore>()
        .AddSingleton<VaultKeeper>()
        .AddSingleton<SecretAccess>()
        .AddSingleton<SecretRoutes>()
        .AddSingleton<IErrorDialect, VaultErrors>()
        .AddSingleton<SecretSweep>()
        .AddHostedService(provider => provider.GetRequiredService<SecretSweep>())
        .AddNotBuilt(
            VaultType.Versions,
            $"{VaultType.TypeName}/secrets",
            $"{VaultType.TypeName}/keys",
            $"{VaultType.TypeName}/privateEndpointConnections",
            $"{VaultType.TypeName}/privateLinkResources");

    public static void MapVaultFeature(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/subscriptions/{subscriptionId}/providers/Microsoft.KeyVault/checkNameAvailability", VaultNames.CheckAsync).WithTags("Key vaults");
        var vault = routes.MapGroup("/vaults/{vault}").WithTags("Key vault secrets");
        vault.MapGet("/secrets", (SecretRoutes secrets, string vault, HttpContext context, CancellationToken token) => secrets.ListAsync(vault, context, token));
        vault.MapPost("/secrets/restore", (SecretRoutes secrets, string vault, HttpContext context, CancellationToken token) => secrets.RestoreAsync(vault, context, token));
        vault.MapPut("/secrets/{secret}", (SecretRoutes secrets, string vault, string secret, HttpContext context, CancellationToken token) => secrets.SetAsync(vault, secret, context, token));
        vault.MapDelete("/secrets/{secret}", (SecretRoutes secrets, string vault, string secret, HttpContext context, CancellationToken token) => secrets.DeleteAsync(vault, secret, context, token));
        vault.MapGet("/secrets/{secret}/{version?}", (SecretRoutes secrets, string vault, string secret, string? version, HttpContext context, CancellationToken token) => secrets.GetAsync(vault, secret, version, context, token));
        vault.MapPatch("/secrets/{secret}/{version?}", (SecretRoutes secrets, string vault, string secret, string? version, HttpContext context, CancellationToken token) => secrets.UpdateAsync(vault, secret, version, context, token));
        vault.MapGet("/secrets/{secret}/versions", (SecretRoutes secrets, string vault, string secret, HttpContext context, CancellationToken token) => secrets.ListVersionsAsync(vault, secret, context, token));
        vault.MapPost("/secrets/{secret}/backup", (SecretRoutes secrets, string vault, string secret, HttpContext context, CancellationToken token) => secrets.BackUpAsync(vault, secret, context, token));
        vault.MapGet("/deletedsecrets", (SecretRoutes secrets, string vault, HttpContext context, CancellationToken token) => secrets.ListDeletedAsync(vault, context, token));
        vault.MapGet("/deletedsecrets/{secret}", (SecretRoutes secrets, string vault, string secret, HttpContext context, CancellationToken token) => secrets.GetDeletedAsync(vault, secret, context, token));
        vault.MapDelete("/deletedsecrets/{secret}", (SecretRoutes secrets, string vault, string secret, HttpContext context, CancellationToken token) => secrets.PurgeAsync(vault, secret, context, token));
        vault.MapPost("/deletedsecrets/{secret}/recover", (SecretRoutes secrets, string vault, string secret, HttpContext context, CancellationToken token) => secrets.RecoverAsync(vault, secret, context, token));
        vault.Map("/{**rest}", (HttpContext context) => throw ApiException.NotBuilt($"'{context.Request.Path}' (keys and certificates)")).WithOrder(1);
    }
}
