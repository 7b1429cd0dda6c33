using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Identity.Tokens;

/// <summary>The token of a request, proved. A feature of the <see cref="HttpContext"/> when the request has one.</summary>
/// <param name="Caller">Whom it proves.</param>
/// <param name="Resource">What it is for; null when it is for all of Atrium (an outside issuer's).</param>
internal sealed record BearerToken(Caller Caller, TokenResource? Resource)
{
    public bool IsFor(TokenResource resource) => Resource is null || Resource == resource;

    /// <summary>The caller by the request's token; null when it has none. For data planes: keys are their own matter.</summary>
    /// <exception cref="ApiException">401: the token is for something else.</exception>
    public static Caller? CallerOf(HttpContext context, params ReadOnlySpan<TokenResource> resources)
    {
        if (context.Features.Get<BearerToken>() is not { } token)
        {
            return null;
        }

        foreach (var resource in resources)
        {
            if (token.IsFor(resource))
            {
                return token.Caller;
            }
        }

        throw TokenRefusals.WrongResource(context, token.Resource!.Value);
    }
}
