using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity;

/// <summary>The service principal that an installation begins with, so that somebody may give the others their roles.</summary>
/// <param name="AppId">What it signs in as.</param>
/// <param name="ClientSecret">Its secret, in clear.</param>
/// <param name="ObjectId">What role assignments name.</param>
internal sealed record FirstPrincipal(string AppId, string ClientSecret, string ObjectId);

/// <summary>Makes the first principal at the first start and finds it again at every other.</summary>
internal sealed class FirstPrincipals(IAtriumStore store, ResourceWriter writer, ISecretCipher cipher, TimeProvider clock)
{
    /// <summary>Name of the stored secret: kept encrypted, for who starts the installation is shown it again.</summary>
    private const string SecretName = "firstSecret";

    private static readonly TimeSpan Life = TimeSpan.FromDays(365 * 20);

    /// <summary>
    /// The principal with this name, Owner of everything and user of the AI services. May run again and at the same time on several nodes. A secret that was taken away is made anew.
    /// </summary>
    public async Task<FirstPrincipal> EnsureAsync(string name, CancellationToken cancellationToken)
    {
        var id = PrincipalType.IdOf(Principal.ServicePrincipalType, name);
        var correlation = Guid.NewGuid().ToString();
        if (await store.FindAsync(id.Key, cancellationToken) is null)
        {
            await writer.WriteAsync(id, new JsonObject { ["properties"] = new JsonObject { ["displayName"] = name } }, correlation, cancellationToken);
        }

        var secret = await EnsureSecretAsync(id, cancellationToken);
        var principal = await ReadAsync(id, cancellationToken);
        await EnsureRoleAsync("owner", BuiltInRoles.Owner, principal.ObjectId, correlation, cancellationToken);

        // Owner has no data actions, as published; whoever set up the hub should be able to use it with his token too.
        await EnsureRoleAsync("user", BuiltInRoles.CognitiveServicesUser, principal.ObjectId, correlation, cancellationToken);
        return new(principal.AppId!, secret, principal.ObjectId);
    }

    /// <summary>
    /// The user with this name, Owner of everything and user of the AI services: whoever signs in to the portal first. Nobody knows its password; a sign-in link
    /// needs none, and the user sets one when he wants it. May run again and at the same time on several nodes.
    /// </summary>
    public async Task EnsureUserAsync(string name, CancellationToken cancellationToken)
    {
        var id = PrincipalType.IdOf(Principal.UserType, name);
        var correlation = Guid.NewGuid().ToString();
        if (await store.FindAsync(id.Key, cancellationToken) is null)
        {
            var properties = new JsonObject { ["displayName"] = "Administrator", ["password"] = ClientSecret.Make("", clock.GetUtcNow(), clock.GetUtcNow()).Text };
            await writer.WriteAsync(id, new JsonObject { ["properties"] = properties }, correlation, cancellationToken);
        }

        var user = await ReadAsync(id, cancellationToken);
        await EnsureRoleAsync("owner", BuiltInRoles.Owner, user.ObjectId, correlation, cancellationToken, "User");
        await EnsureRoleAsync("user", BuiltInRoles.CognitiveServicesUser, user.ObjectId, correlation, cancellationToken, "User");
    }

    /// <summary>The principal with this name and its kept secret, as far as the operator left them; null otherwise. Changes nothing.</summary>
    public async Task<FirstPrincipal?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var id = PrincipalType.IdOf(Principal.ServicePrincipalType, name);
        return await store.FindAsync(id.Key, cancellationToken) is { } stored && await KeptSecretAsync(id, new(stored), cancellationToken) is { } secret
            ? new(Principal.Read(new(stored)).AppId!, secret, Principal.Read(new(stored)).ObjectId)
            : null;
    }

    private async Task<string?> KeptSecretAsync(ResourceId id, Resource principal, CancellationToken cancellationToken)
    {
        var kept = await store.FindSecretAsync(id.Key, SecretName, cancellationToken);
        var known = kept is null ? null : cipher.Decrypt(id.Key, SecretName, kept);
        return known is not null && ClientSecret.ReadAll(principal.Internal).Any(s => s.IsGood(clock.GetUtcNow()) && s.Matches(known)) ? known : null;
    }

    private async Task<string> EnsureSecretAsync(ResourceId id, CancellationToken cancellationToken)
    {
        while (true)
        {
            var stored = await store.FindAsync(id.Key, cancellationToken) ?? throw ApiException.NotFound(id);
            var document = JsonNode.Parse(stored.Body)!.AsObject();
            var inner = (JsonObject)(document[Resource.InternalName] ??= new JsonObject());
            var secrets = ClientSecret.ReadAll(inner);
            if (await KeptSecretAsync(id, new(stored), cancellationToken) is { } known)
            {
                return known;
            }

            var (made, text) = ClientSecret.Make("first", clock.GetUtcNow(), clock.GetUtcNow() + Life);
            ClientSecret.WriteAll(inner, [.. secrets.TakeLast(ClientSecret.MostPerPrincipal - 1), made]);
            var commit = new Commit
            {
                Resources = [ResourceWriter.Replace(stored, stored with { Body = document.ToJsonString() })],
                Secrets = [new(id.Key, SecretName, cipher.Encrypt(id.Key, SecretName, text))],
            };
            if ((await store.CommitAsync(commit, cancellationToken)).Committed)
            {
                return text;
            }
        }
    }

    private async Task EnsureRoleAsync(string label, string role, string objectId, string correlation, CancellationToken cancellationToken, string principalType = "ServicePrincipal")
    {
        var id = ResourceId.Tenant.Resource(RoleAssignment.TypeName, NameGuid.Of($"{label}|{objectId}").ToString());
        if (await store.FindAsync(id.Key, cancellationToken) is null)
        {
            var properties = new JsonObject
            {
                ["roleDefinitionId"] = BuiltInRoles.IdOf(role).Text,
                ["principalId"] = objectId,
                ["principalType"] = principalType,
            };
            await writer.WriteAsync(id, new JsonObject { ["properties"] = properties }, correlation, cancellationToken);
        }
    }

    private async Task<Principal> ReadAsync(ResourceId id, CancellationToken cancellationToken) =>
        Principal.Read(new(await store.FindAsync(id.Key, cancellationToken) ?? throw ApiException.NotFound(id)));
}
