using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Identity;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Vault;

/// <summary>A right on what a vault keeps, by its two names.</summary>
/// <param name="Kind">On what.</param>
/// <param name="DataAction">As roles write it.</param>
/// <param name="Word">As access policies write it.</param>
internal sealed record VaultRight(VaultKind Kind, string DataAction, string Word);

/// <summary>Finds the vault of a call and proves that the caller may do with its secrets or keys what it wants: by role where the vault says so, else by access policy.</summary>
internal sealed class VaultAccess(IAtriumStore store, IAccessControl access, INetworkGate gate, Tenant tenant)
{
    private const string Audience = "https://vault.azure.net";

    /// <exception cref="ApiException">
    /// 401 with the challenge by which clients find the issuer; 403 in the same words for a vault that is not there and one where the caller has no right.
    /// </exception>
    public async ValueTask<(Resource Vault, Caller Caller)> DemandAsync(HttpContext context, string vaultName, string? name, VaultRight right, CancellationToken cancellationToken)
    {
        var caller = CallerOf(context);
        if (await FindAsync(vaultName, cancellationToken) is { } vault && await IsAllowedAsync(vault, caller, name, right, cancellationToken))
        {
            await DemandOpenAsync(CallOrigin.Of(context), vault, caller, cancellationToken);
            return (vault, caller);
        }

        throw ApiException.Forbidden(
            "ForbiddenByRbac",
            $"The caller '{caller.ObjectId}' is not authorized to perform action '{right.DataAction}' on the {right.Kind.Collection} of vault '{vaultName}', or there is no such vault.");
    }

    /// <summary>Whether the vault is there and <see cref="DemandAsync"/> would find the right.</summary>
    public async ValueTask<bool> MayAsync(HttpContext context, string vaultName, string? name, VaultRight right, CancellationToken cancellationToken) =>
        await FindAsync(vaultName, cancellationToken) is { } vault && await IsAllowedAsync(vault, CallerOf(context), name, right, cancellationToken);

    /// <exception cref="ApiException">401 with the challenge by which clients find the issuer.</exception>
    public Caller CallerOf(HttpContext context) => BearerToken.CallerOf(context, TokenResource.KeyVault) ?? throw ApiException.Unauthenticated(
        "Unauthorized",
        "AKV10000: Request is missing a Bearer or PoP token.",
        $"Bearer authorization=\"https://{context.Request.Host}/{tenant.Id}\", resource=\"{Audience}\"");

    /// <summary>After the right is shown, so that nobody else learns what is closed. The published words.</summary>
    private async ValueTask DemandOpenAsync(CallOrigin origin, Resource vault, Caller caller, CancellationToken cancellationToken)
    {
        switch (await gate.AskAsync(origin, vault.Id, cancellationToken))
        {
            case GateAnswer.PublicAccessDisabled:
                throw ApiException.Forbidden(
                    "ForbiddenByConnection", $"Public network access is disabled and request is not from a trusted service nor via an approved private link.\r\nCaller: {caller.ObjectId}\r\nVault: {vault.Id.Name}");
            case GateAnswer.AddressNotAllowed:
                throw ApiException.Forbidden(
                    "ForbiddenByFirewall", $"Client address is not authorized and caller is not a trusted service.\r\nClient address: {origin.Address}\r\nCaller: {caller.ObjectId}\r\nVault: {vault.Id.Name}");
        }
    }

    private async ValueTask<Resource?> FindAsync(string name, CancellationToken cancellationToken) =>
        await VaultNames.FindOwnerAsync(name, store, cancellationToken) is { } key && await store.FindAsync(key, cancellationToken) is { PurgeAt: null } stored ? new(stored) : null;

    private async ValueTask<bool> IsAllowedAsync(Resource vault, Caller caller, string? name, VaultRight right, CancellationToken cancellationToken)
    {
        var scope = name is null ? vault.Id : right.Kind.Of(vault.Id, name);
        if (vault.Properties["enableRbacAuthorization"] is not JsonValue flag || !flag.GetValue<bool>())
        {
            return AllowsByPolicy(vault.Properties["accessPolicies"] as JsonArray ?? [], caller.PrincipalIds, right)
                && !await access.IsDataDeniedAsync(caller, right.DataAction, scope, cancellationToken);
        }

        return await access.IsDataAllowedAsync(caller, right.DataAction, scope, cancellationToken);
    }

    internal static bool AllowsByPolicy(JsonArray policies, ImmutableArray<string> principals, VaultRight right) => policies.OfType<JsonObject>().Any(policy =>
        principals.Contains((string?)policy["objectId"] ?? "", StringComparer.OrdinalIgnoreCase)
        && ((policy["permissions"] as JsonObject)?[right.Kind.Collection] as JsonArray ?? []).Any(given =>
            right.Word.Equals((string?)given, StringComparison.OrdinalIgnoreCase) || "all".Equals((string?)given, StringComparison.OrdinalIgnoreCase)));
}
