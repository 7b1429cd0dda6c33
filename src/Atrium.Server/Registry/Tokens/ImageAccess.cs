using System.Net.Http.Headers;
using System.Text;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.SignIn;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Registry.Images;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Registry.Tokens;

/// <summary>Proves who calls a registry, and that he may do in a repository what he wants. Decides before anything of the repository is looked up.</summary>
internal sealed class ImageAccess(
    RegistryTokens tokens, RepositoryResolver repositories, RegistryDirectory directory, IAccessControl access, PrincipalState principals, SignInService signIn, INetworkGate gate, IAtriumStore store, ISecretCipher cipher)
{
    /// <summary>As published for those who sign in with a refresh token.</summary>
    public const string RefreshTokenUser = "00000000-0000-0000-0000-000000000000";

    private static readonly byte[] NoPassword = new byte[64];

    /// <exception cref="ApiException">401 with the challenge for exactly this; 403 where a right that a token gave has been taken away since.</exception>
    public async ValueTask<(RepositoryPlace Place, RegistryCaller Caller)> DemandAsync(HttpContext context, string name, ImageRight right, CancellationToken cancellationToken)
    {
        if (!RepositoryName.TryParse(name, out _))
        {
            throw ApiException.BadRequest("NAME_INVALID", $"'{name}' is no name of a repository: {RepositoryName.RuleInWords}.");
        }

        var caller = await CallerAsync(context, cancellationToken);
        if (await repositories.FindAsync(RegistryOf(context), name, cancellationToken) is { } place)
        {
            var isGranted = caller?.IsGranted(place.Id.Key, right) == true;
            if (await IsAllowedAsync(isGranted ? caller! : RegistryCaller.Nobody, place, right, cancellationToken))
            {
                await DemandOpenAsync(context, place.Registry, cancellationToken);
                return (place, caller ?? RegistryCaller.Nobody);
            }

            // His token names the repository, so he had the right once. Anybody else is not told that there is such a place.
            if (isGranted && caller!.Grants is not null)
            {
                throw ApiException.Forbidden("DENIED", $"You may no longer {right.Word} here.");
            }
        }

        throw Challenge(context, caller is null ? null : "insufficient_scope", $"repository:{name}:{Wanted(right)}");
    }

    /// <summary>The registry whose repositories somebody lists.</summary>
    /// <exception cref="ApiException">401: nobody is proved, or there is no such registry.</exception>
    public async ValueTask<(RegistryEntry Registry, RegistryCaller Caller)> DemandRegistryAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var caller = await CallerAsync(context, cancellationToken);
        if (caller is not { IsNobody: false } || await repositories.FindRegistryAsync(RegistryOf(context), cancellationToken) is not { } registry)
        {
            throw CatalogChallenge(context, caller);
        }

        return (registry, caller);
    }

    /// <summary>Ask only for one who may see the registry, so that nobody else learns what is closed.</summary>
    /// <exception cref="ApiException">403: the registry does not answer calls from there.</exception>
    public async ValueTask DemandOpenAsync(HttpContext context, RegistryEntry registry, CancellationToken cancellationToken)
    {
        var origin = CallOrigin.Of(context);
        if (await gate.AskAsync(origin, registry.Id, cancellationToken) is not GateAnswer.Open)
        {
            throw ApiException.Forbidden("DENIED", $"client with IP '{origin.Address}' is not allowed access to the registry '{registry.Id.Name}'. Its network rules say who is.");
        }
    }

    /// <summary>The same for a registry that is not there and one that the caller may not list.</summary>
    public static ApiException CatalogChallenge(HttpContext context, RegistryCaller? caller) => Challenge(context, caller is null ? null : "insufficient_scope", "registry:catalog:*");

    /// <exception cref="ApiException">401: nobody is proved.</exception>
    public async ValueTask DemandCallerAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (await CallerAsync(context, cancellationToken) is null)
        {
            throw Challenge(context, error: null, scope: null);
        }
    }

    /// <summary>Whether a right is had now, whatever a token says.</summary>
    public async ValueTask<bool> IsAllowedAsync(RegistryCaller caller, RepositoryPlace place, ImageRight right, CancellationToken cancellationToken)
    {
        if (caller.AdminOf is { } registry)
        {
            return registry == place.Registry.Id.Key && place.Registry.HasAdminUser;
        }

        if (place.Registry.AllowsAnonymousPull && place.Project is null && right is { Word: "pull" or "metadata_read" })
        {
            return true;
        }

        if (await PrincipalOfAsync(caller, cancellationToken) is not { } principal)
        {
            return false;
        }

        return (place.Project is { } project && (principal.ObjectId.Equals(project.PrincipalId, StringComparison.OrdinalIgnoreCase) || await access.IsAllowedAsync(principal, right.ProjectAction, project.Id, cancellationToken)))
            || await access.IsAllowedAsync(principal, right.Action, place.Registry.Id, cancellationToken)
            || await access.IsDataAllowedAsync(principal, right.DataAction, place.Id, cancellationToken);
    }

    /// <summary>Whether he sees the names of all repositories; else those of the projects whose images he may read.</summary>
    public async ValueTask<bool> SeesAllAsync(RegistryCaller caller, RegistryEntry registry, CancellationToken cancellationToken) =>
        caller.AdminOf == registry.Id.Key
        || (await PrincipalOfAsync(caller, cancellationToken) is { } principal
            && (await access.IsAllowedAsync(principal, ImageRight.Pull.Action, registry.Id, cancellationToken)
                || await access.IsDataAllowedAsync(principal, ImageRight.CatalogDataAction, registry.Id, cancellationToken)));

    /// <summary>Who signs in with a name and a password: an application, a user, a registry's admin user, or whoever a refresh token names. Null for nobody.</summary>
    /// <exception cref="ApiException">429: tried too often.</exception>
    public async ValueTask<RegistryCaller?> SignInAsync(string name, string password, HttpContext context, CancellationToken cancellationToken)
    {
        if (name == RefreshTokenUser)
        {
            return await tokens.ReadRefreshAsync(password);
        }

        var model = await directory.ReadAsync(cancellationToken);
        if (model.Registries.TryGetValue(name, out var registry))
        {
            return await IsAdminAsync(registry, password, cancellationToken) ? new RegistryCaller("") { AdminOf = registry.Id.Key } : null;
        }

        var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        var result = Guid.TryParse(name, out _)
            ? await signIn.AppAsync(name, password, address, cancellationToken)
            : await signIn.UserAsync(name, password, address, cancellationToken);
        if (result.Error?.RetryAfter is { } wait)
        {
            throw ApiException.TooManyRequests(result.Error.Message, wait);
        }

        return result.Principal is { } principal && result.Error is null ? new(principal.ObjectId) : null;
    }

    /// <summary>Whoever a token of the installation's own or an outside issuer proves.</summary>
    public async ValueTask<RegistryCaller> CallerOfAsync(Caller caller, CancellationToken cancellationToken) =>
        new(caller.ObjectId) { OutsideIds = (await principals.ReadAsync(cancellationToken)).Find(caller.ObjectId) is null ? caller.PrincipalIds : [] };

    /// <exception cref="ApiException">403: credentials and tokens do not travel in clear.</exception>
    public static void DemandHttps(HttpContext context)
    {
        if (!context.Request.IsHttps)
        {
            throw ApiException.Forbidden("DENIED", "Registries are served over HTTPS only. 'atrium trust' tells how a client comes to trust this installation.");
        }
    }

    /// <summary>The registry that the address names; null at the root.</summary>
    public static string? RegistryOf(HttpContext context) => context.Request.RouteValues["registry"] as string;

    /// <summary>What stands before <c>/v2</c> in the address.</summary>
    public static string PrefixOf(HttpContext context) => RegistryOf(context) is { } registry ? $"/registries/{registry}" : "";

    private async ValueTask<RegistryCaller?> CallerAsync(HttpContext context, CancellationToken cancellationToken)
    {
        DemandHttps(context);
        if (BearerToken.CallerOf(context, TokenResource.ContainerRegistry) is { } caller)
        {
            return await CallerOfAsync(caller, cancellationToken);
        }

        return AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header) && header.Parameter is { } value
            ? header.Scheme.ToLowerInvariant() switch
            {
                "bearer" => tokens.ReadAccess(value),
                "basic" => await ReadBasicAsync(value, context, cancellationToken),
                _ => null,
            }
            : null;
    }

    /// <summary>Name and password of a Basic header; null for none.</summary>
    public async ValueTask<RegistryCaller?> ReadBasicAsync(string value, HttpContext context, CancellationToken cancellationToken)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(value)).Split(':', 2) is [var name, var password] ? await SignInAsync(name, password, context, cancellationToken) : null;
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private async ValueTask<Caller?> PrincipalOfAsync(RegistryCaller caller, CancellationToken cancellationToken)
    {
        if (caller.IsNobody)
        {
            return null;
        }

        if (caller.OutsideIds.Length > 0)
        {
            return new(caller.ObjectId, caller.ObjectId, "User", caller.OutsideIds);
        }

        var model = await principals.ReadAsync(cancellationToken);
        return model.Find(caller.ObjectId) is { IsEnabled: true } principal ? model.CallerOf(principal) : null;
    }

    private async ValueTask<bool> IsAdminAsync(RegistryEntry registry, string password, CancellationToken cancellationToken)
    {
        var isRight = false;
        foreach (var name in RegistryCredentials.Names)
        {
            var kept = await store.FindSecretAsync(registry.Id.Key, RegistryCredentials.SecretName(name), cancellationToken);
            var known = kept is null ? NoPassword : Encoding.UTF8.GetBytes(cipher.Decrypt(registry.Id.Key, RegistryCredentials.SecretName(name), kept));
            isRight |= System.Security.Cryptography.CryptographicOperations.FixedTimeEquals(known, Encoding.UTF8.GetBytes(password)) && kept is not null;
        }

        return isRight && registry.HasAdminUser;
    }

    private static string Wanted(ImageRight right) => right == ImageRight.Push ? "pull,push" : right.Word;

    private static ApiException Challenge(HttpContext context, string? error, string? scope)
    {
        var host = context.Request.Host;
        var challenge = new StringBuilder($"Bearer realm=\"https://{host}{PrefixOf(context)}/oauth2/token\",service=\"{host}\"");
        if (scope is not null)
        {
            challenge.Append($",scope=\"{scope}\"");
        }

        if (error is not null)
        {
            challenge.Append($",error=\"{error}\"");
        }

        return ApiException.Unauthenticated("UNAUTHORIZED", "authentication required", challenge.ToString());
    }
}
