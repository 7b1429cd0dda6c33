using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Vault.Keys;
using Atrium.Server.Vault.Secrets;

namespace Atrium.Server.Vault;

/// <summary>Key vaults.</summary>
internal static class VaultFeature
{
    public static IServiceCollection AddVaultFeature(this IServiceCollection services) => services
        .AddResourceType<VaultType>()
        .AddResourceType<VaultEndpointType>()
        .AddResourceType<AccessPolicyType>()
        .AddKeptType(SecretNames.SecretType)
        .AddKeptType(SecretNames.VersionType)
        .AddKeptType(VaultKind.Keys.Type)
        .AddKeptType(VaultKind.Keys.VersionType)
        .AddKeptType(KeyStore.PolicyType)
        .AddSingleton<SecretStore>()
        .AddSingleton<VaultItemStore>(provider => provider.GetRequiredService<SecretStore>())
        .AddSingleton<VaultKeeper>()
        .AddSingleton<VaultAccess>()
        .AddSingleton<VaultBackup>()
        .AddSingleton<SecretRoutes>()
        .AddSingleton<KeyStore>()
        .AddSingleton<VaultItemStore>(provider => provider.GetRequiredService<KeyStore>())
        .AddSingleton<KeyMaker>()
        .AddSingleton<KeyRoutes>()
        .AddSingleton<KeyUseRoutes>()
        .AddSingleton<KeyPlaces>()
        .AddSingleton<KeyRotation>()
        .AddSingleton<RotationRoutes>()
        .AddSingleton<KeyRotationSweep>()
        .AddHostedService(provider => provider.GetRequiredService<KeyRotationSweep>())
        .AddSingleton<IVaultKeys, VaultKeys>()
        .AddSingleton<IErrorDialect, VaultErrors>()
        .AddSingleton<VaultSweep>()
        .AddHostedService(provider => provider.GetRequiredService<VaultSweep>())
        .AddNotBuilt(
            VaultType.Versions,
            $"{VaultType.TypeName}/secrets",
            $"{VaultType.TypeName}/keys");

    public static void MapVaultFeature(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/subscriptions/{subscriptionId}/providers/Microsoft.KeyVault/checkNameAvailability", VaultNames.CheckAsync).WithTags("Key vaults");
        routes.MapGroup("/vaults/{vault}").WithTags("Key vault secrets").MapSecrets();
        routes.MapGroup("/vaults/{vault}").WithTags("Key vault keys").MapKeys();
        var root = routes.MapGroup("").WithTags("Key vault keys");
        root.MapKeyUses();
        root.MapGet("/keys/{key}/{version?}", (KeyRoutes keys, string key, string? version, HttpContext context, CancellationToken token) => keys.GetAsync(vault: null, key, version, context, token));
        routes.Map("/vaults/{vault}/{**rest}", (HttpContext context) => throw ApiException.NotBuilt($"'{context.Request.Path}'")).WithOrder(1).WithTags("Key vaults");
    }

    private static void MapSecrets(this RouteGroupBuilder vault)
    {
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
    }

    private static void MapKeys(this RouteGroupBuilder vault)
    {
        vault.MapGet("/keys", (KeyRoutes keys, string vault, HttpContext context, CancellationToken token) => keys.ListAsync(vault, context, token));
        vault.MapPost("/keys/restore", (KeyRoutes keys, string vault, HttpContext context, CancellationToken token) => keys.RestoreAsync(vault, context, token));
        vault.MapPost("/keys/{key}/create", (KeyRoutes keys, string vault, string key, HttpContext context, CancellationToken token) => keys.CreateAsync(vault, key, context, token));
        vault.MapPut("/keys/{key}", (KeyRoutes keys, string vault, string key, HttpContext context, CancellationToken token) => keys.ImportAsync(vault, key, context, token));
        vault.MapDelete("/keys/{key}", (KeyRoutes keys, string vault, string key, HttpContext context, CancellationToken token) => keys.DeleteAsync(vault, key, context, token));
        vault.MapGet("/keys/{key}/{version?}", (KeyRoutes keys, string vault, string key, string? version, HttpContext context, CancellationToken token) => keys.GetAsync(vault, key, version, context, token));
        vault.MapPatch("/keys/{key}/{version?}", (KeyRoutes keys, string vault, string key, string? version, HttpContext context, CancellationToken token) => keys.UpdateAsync(vault, key, version, context, token));
        vault.MapGet("/keys/{key}/versions", (KeyRoutes keys, string vault, string key, HttpContext context, CancellationToken token) => keys.ListVersionsAsync(vault, key, context, token));
        vault.MapPost("/keys/{key}/backup", (KeyRoutes keys, string vault, string key, HttpContext context, CancellationToken token) => keys.BackUpAsync(vault, key, context, token));
        vault.MapPost("/keys/{key}/rotate", (RotationRoutes keys, string vault, string key, HttpContext context, CancellationToken token) => keys.RotateAsync(vault, key, context, token));
        vault.MapGet("/keys/{key}/rotationpolicy", (RotationRoutes keys, string vault, string key, HttpContext context, CancellationToken token) => keys.GetPolicyAsync(vault, key, context, token));
        vault.MapPut("/keys/{key}/rotationpolicy", (RotationRoutes keys, string vault, string key, HttpContext context, CancellationToken token) => keys.SetPolicyAsync(vault, key, context, token));
        vault.MapGet("/deletedkeys", (KeyRoutes keys, string vault, HttpContext context, CancellationToken token) => keys.ListDeletedAsync(vault, context, token));
        vault.MapGet("/deletedkeys/{key}", (KeyRoutes keys, string vault, string key, HttpContext context, CancellationToken token) => keys.GetDeletedAsync(vault, key, context, token));
        vault.MapDelete("/deletedkeys/{key}", (KeyRoutes keys, string vault, string key, HttpContext context, CancellationToken token) => keys.PurgeAsync(vault, key, context, token));
        vault.MapPost("/deletedkeys/{key}/recover", (KeyRoutes keys, string vault, string key, HttpContext context, CancellationToken token) => keys.RecoverAsync(vault, key, context, token));
        vault.MapKeyUses();
    }

    /// <summary>What keys do; with the vault in the path, or at the root of the one host, where clients call a key by the address that they were shown.</summary>
    private static void MapKeyUses(this IEndpointRouteBuilder routes)
    {
        // Clients that were given no version leave its segment out.
        foreach (var key in (string[])["/keys/{key}/{version}", "/keys/{key}"])
        {
            routes.MapPost($"{key}/encrypt", (KeyUseRoutes keys, string? vault, string key, string? version, HttpContext context, CancellationToken token) => keys.EncryptAsync(vault, key, version, context, token));
            routes.MapPost($"{key}/decrypt", (KeyUseRoutes keys, string? vault, string key, string? version, HttpContext context, CancellationToken token) => keys.DecryptAsync(vault, key, version, context, token));
            routes.MapPost($"{key}/wrapkey", (KeyUseRoutes keys, string? vault, string key, string? version, HttpContext context, CancellationToken token) => keys.WrapAsync(vault, key, version, context, token));
            routes.MapPost($"{key}/unwrapkey", (KeyUseRoutes keys, string? vault, string key, string? version, HttpContext context, CancellationToken token) => keys.UnwrapAsync(vault, key, version, context, token));
            routes.MapPost($"{key}/sign", (KeyUseRoutes keys, string? vault, string key, string? version, HttpContext context, CancellationToken token) => keys.SignAsync(vault, key, version, context, token));
            routes.MapPost($"{key}/verify", (KeyUseRoutes keys, string? vault, string key, string? version, HttpContext context, CancellationToken token) => keys.VerifyAsync(vault, key, version, context, token));
        }
    }
}
