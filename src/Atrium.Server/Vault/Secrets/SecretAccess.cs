using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Identity;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault.Secrets;

/// <summary>A right on secrets, by its two names.</summary>
/// <param name="DataAction">As roles write it, behind the type.</param>
/// <param name="Word">As access policies write it.</param>
internal sealed record SecretRight(string DataAction, string Word)
{
    public static readonly SecretRight Get = new("getSecret/action", "get");
    public static readonly SecretRight Set = new("setSecret/action", "set");
    public static readonly SecretRight Update = new("update/action", "set");
    public static readonly SecretRight List = new("readMetadata/action", "list");

    /// <summary>One deleted secret: by a role like the list, by a policy like the secret.</summary>
    public static readonly SecretRight Look = new("readMetadata/action", "get");
    public static readonly SecretRight Delete = new("delete", "delete");
    public static readonly SecretRight Recover = new("recover/action", "recover");
    public static readonly SecretRight Purge = new("purge/action", "purge");
    public static readonly SecretRight Backup = new("backup/action", "backup");
    public static readonly SecretRight Restore = new("restore/action", "restore");
}

/// <summary>Finds the vault of a call and proves that the caller may do with its secrets what it wants: by role where the vault says so, else by access policy.</summary>
internal sealed class SecretAccess(IAtriumStore store, IAccessControl access, Tenant tenant)
{
    private const string Audience = "https://vault.azure.net";

    /// <exception cref="ApiException">
    /// 401 with the challenge by which clients find the issuer; 403 in the same words for a vault that is not there and one where the caller has no right.
    /// </exception>
    public async ValueTask<(Resource Vault, Caller Caller)> DemandAsync(HttpContext context, string vaultName, string? secret, SecretRight right, CancellationToken cancellationToken)
    {
        var caller = BearerToken.CallerOf(context, TokenResource.KeyVault) ?? throw ApiException.Unauthenticated(
            "Unauthorized",
            "AKV10000: Request is missing a Bearer or PoP token.",
            $"Bearer authorization=\"https://{context.Request.Host}/{tenant.Id}\", resource=\"{Audience}\"");
        if (await FindAsync(vaultName, cancellationToken) is { } vault && await IsAllowedAsync(vault, caller, secret, right, cancellationToken))
        {
            return (vault, caller);
        }

        throw ApiException.Forbidden(
            "ForbiddenByRbac",
            $"The caller '{caller.ObjectId}' is not authorized to perform action '{SecretNames.SecretType}/{right.DataAction}' on the secrets of vault '{vaultName}', or there is no such vault.");
    }

    private async ValueTask<Resource?> FindAsync(string name, CancellationToken cancellationToken) =>
        await VaultNames.FindOwnerAsync(name, store, cancellationToken) is { } key && await store.FindAsync(key, cancellationToken) is { PurgeAt: null } stored ? new(stored) : null;

    private async ValueTask<bool> IsAllowedAsync(Resource vault, Caller caller, string? secret, SecretRight right, CancellationToken cancellationToken)
    {
        if (vault.Properties["enableRbacAuthorization"] is not JsonValue flag || !flag.GetValue<bool>())
        {
            return AllowsByPolicy(vault.Properties["accessPolicies"] as JsonArray ?? [], caller.PrincipalIds, right.Word);
        }

        var scope = secret is null ? vault.Id : SecretNames.OfSecret(vault.Id, secret);
        return await access.IsDataAllowedAsync(caller, $"{SecretNames.SecretType}/{right.DataAction}", scope, cancellationToken);
    }

    internal static bool AllowsByPolicy(JsonArray policies, ImmutableArray<string> principals, string word) => policies.OfType<JsonObject>().Any(policy =>
        principals.Contains((string?)policy["objectId"] ?? "", StringComparer.OrdinalIgnoreCase)
        && ((policy["permissions"] as JsonObject)?["secrets"] as JsonArray ?? []).Any(given =>
            word.Equals((string?)given, StringComparison.OrdinalIgnoreCase) || "all".Equals((string?)given, StringComparison.OrdinalIgnoreCase)));
}
