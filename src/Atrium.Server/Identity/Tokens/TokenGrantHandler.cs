using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Atrium.Server.Identity.Tokens;

/// <summary>Says what stands in the token; OpenIddict makes it.</summary>
internal sealed class TokenGrantHandler(Tenant tenant) : IOpenIddictServerHandler<HandleTokenRequestContext>
{
    public ValueTask HandleAsync(HandleTokenRequestContext context)
    {
        var grant = context.Transaction.GetProperty<TokenGrant>(TokenRequestHandler.GrantProperty)!;
        var scopes = grant.Principal.IsUser ? context.Request.GetScopes() : [];
        context.SignIn(TokenClaims.Write(grant, tenant, context.Request.ClientId, scopes, context.RefreshTokenPrincipal is not null));
        return ValueTask.CompletedTask;
    }
}
