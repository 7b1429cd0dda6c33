using OpenIddict.Server;
using static OpenIddict.Abstractions.OpenIddictConstants;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Atrium.Server.Identity.Tokens;

/// <summary>Puts our issuer name and our keys, which rotate, in place of OpenIddict's fixed ones.</summary>
internal sealed class IssuerHandler(SigningKeys keys) :
    IOpenIddictServerHandler<HandleConfigurationRequestContext>,
    IOpenIddictServerHandler<HandleJsonWebKeySetRequestContext>,
    IOpenIddictServerHandler<GenerateTokenContext>
{
    public ValueTask HandleAsync(HandleConfigurationRequestContext context)
    {
        context.Issuer = new(IssuerPaths.IssuerOf(context.BaseUri!));

        context.TokenEndpointAuthenticationMethods.Remove(ClientAuthenticationMethods.PrivateKeyJwt);

        // Not served: nobody signs in by browser. But the published Node library takes no metadata without it, and reads the tenant off it.
        context.AuthorizationEndpoint = new($"{context.BaseUri!.AbsoluteUri.TrimEnd('/')}/oauth2/v2.0/authorize");
        return ValueTask.CompletedTask;
    }

    public ValueTask HandleAsync(HandleJsonWebKeySetRequestContext context)
    {
        context.Keys.Clear();
        context.Keys.AddRange(keys.Published.Select(k => k.Public));
        return ValueTask.CompletedTask;
    }

    /// <summary>Refresh tokens come back to us only and stay as OpenIddict makes them.</summary>
    public ValueTask HandleAsync(GenerateTokenContext context)
    {
        if (context.TokenType is TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.IdentityToken)
        {
            context.SecurityTokenDescriptor.Issuer = IssuerPaths.IssuerOf(context.BaseUri!);
            context.SigningCredentials = keys.Current.Credentials;
            context.SecurityTokenDescriptor.SigningCredentials = keys.Current.Credentials;
        }

        return ValueTask.CompletedTask;
    }
}
