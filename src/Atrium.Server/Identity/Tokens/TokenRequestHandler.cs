using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.SignIn;
using Microsoft.AspNetCore;
using OpenIddict.Abstractions;
using OpenIddict.Server;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace Atrium.Server.Identity.Tokens;

/// <summary>Checks who asks for a token, and for what.</summary>
internal sealed class TokenRequestHandler(SignInService signIn, PrincipalState principals) : IOpenIddictServerHandler<ValidateTokenRequestContext>
{
    /// <summary>Where the checked principal and scope wait for <see cref="TokenGrantHandler"/>, and an error for <see cref="TokenResponseHandler"/>.</summary>
    public const string GrantProperty = "atrium:grant";
    public const string ErrorProperty = "atrium:error";

    /// <summary>In a refresh token: the version of the password it was given for.</summary>
    public const string PasswordVersionClaim = "atrium_pv";

    public async ValueTask HandleAsync(ValidateTokenRequestContext context)
    {
        var request = context.Request;
        var (principal, error) = await AuthenticateAsync(context, Address(context));
        if (error is null && TokenScope.TryRead(request.Scope ?? ScopeOfRefreshToken(context), out var scope, out error))
        {
            context.Transaction.SetProperty(GrantProperty, new TokenGrant(principal!, scope!));
            return;
        }

        context.Transaction.SetProperty(ErrorProperty, error);
        context.Reject(error!.Error, error.Message);
    }

    private async ValueTask<SignInResult> AuthenticateAsync(ValidateTokenRequestContext context, string address)
    {
        var request = context.Request;
        if (request.IsRefreshTokenGrantType())
        {
            return await RefreshAsync(context);
        }

        // A client that names a secret must name the right one, whatever else it brings.
        var app = request switch
        {
            { ClientId: not { Length: > 0 } } when request.IsClientCredentialsGrantType() => new(null, TokenErrors.MissingClient),
            { ClientId: { } id, ClientSecret: { Length: > 0 } secret } => await signIn.AppAsync(id, secret, address, context.CancellationToken),
            _ when request.IsClientCredentialsGrantType() => new(null, TokenErrors.MissingSecret),
            _ => new SignInResult(null, null),
        };
        return app.Error is not null || request.IsClientCredentialsGrantType()
            ? app
            : await signIn.UserAsync(request.Username ?? "", request.Password ?? "", address, context.CancellationToken);
    }

    private async ValueTask<SignInResult> RefreshAsync(ValidateTokenRequestContext context)
    {
        var token = context.RefreshTokenPrincipal!;
        var user = (await principals.ReadAsync(context.CancellationToken)).Find(token.GetClaim("sub") ?? "");
        var isCurrent = user is { IsUser: true } && token.GetClaim(PasswordVersionClaim) == TokenClaims.Text(user.PasswordVersion);
        return !isCurrent ? new(null, TokenErrors.StaleRefreshToken)
            : user!.IsEnabled ? new(user, null)
            : new(null, TokenErrors.DisabledUser);
    }

    /// <summary>A refresh without a scope is for what the token was for.</summary>
    private static string? ScopeOfRefreshToken(ValidateTokenRequestContext context) =>
        context.RefreshTokenPrincipal?.GetResources() is [var audience, ..] ? $"{audience}/.default offline_access" : null;

    private static string Address(ValidateTokenRequestContext context) =>
        context.Transaction.GetHttpRequest()?.HttpContext.Connection.RemoteIpAddress?.ToString() ?? "";
}

/// <summary>Who gets a token for what.</summary>
internal sealed record TokenGrant(Principal Principal, TokenScope Scope);
