using System.Collections.Immutable;
using System.Globalization;
using System.Security.Claims;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Atrium.Server.Identity.Tokens;

/// <summary>The claims of our tokens, under the names that Entra gives them.</summary>
internal static class TokenClaims
{
    private static readonly ImmutableHashSet<string> Plain = [Scopes.OpenId, Scopes.Profile, Scopes.Email, Scopes.OfflineAccess];

    public static ClaimsPrincipal Write(TokenGrant grant, Tenant tenant, string? clientId, ImmutableArray<string> scopes, bool isRefresh)
    {
        var principal = grant.Principal;
        var client = principal.AppId ?? clientId;
        var identity = new ClaimsIdentity("atrium", Claims.Name, Claims.Role);
        identity
            .SetClaim(Claims.Subject, principal.ObjectId)
            .SetClaim("oid", principal.ObjectId)
            .SetClaim("tid", tenant.Id)
            .SetClaim("idtyp", principal.IsUser ? "user" : "app")
            .SetClaim("ver", "2.0")
            .SetClaim("appid", client)
            .SetClaim("azp", client)
            .SetClaim("name", principal.DisplayName)
            .SetClaim("preferred_username", principal.IsUser ? principal.Id.Name : null)
            .SetClaim(TokenRequestHandler.PasswordVersionClaim, principal.IsUser ? Text(principal.PasswordVersion) : null)
            .SetResources(grant.Scope.Audience)
            .SetScopes(isRefresh ? scopes.Intersect(Plain).Union([Scopes.OfflineAccess]) : scopes.Intersect(Plain));
        identity.SetDestinations(claim => claim.Type switch
        {
            TokenRequestHandler.PasswordVersionClaim => [],
            "appid" or "azp" or "idtyp" => [Destinations.AccessToken],
            _ => [Destinations.AccessToken, Destinations.IdentityToken],
        });
        return new(identity);
    }

    public static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
