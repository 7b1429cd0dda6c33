using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.Net.Http.Headers;

namespace Atrium.Server.Identity.Tokens;

/// <summary>Reads the bearer token of a request. A key sent as a bearer token is none: tokens are JSON web tokens of three parts.</summary>
internal sealed class BearerTokens(LocalTokens local, ExternalTokens external)
{
    private const string Scheme = "Bearer ";
    private const int MaxLength = 16 * 1024;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Find(context.Request.Headers[HeaderNames.Authorization]) is { } text)
        {
            var token = await ProveAsync(text, context);
            context.Features.Set(token);
            if (token.IsFor(TokenResource.Management))
            {
                context.Features.Set(token.Caller);
            }
            else if (IsResourceApi(context.Request.Path))
            {
                throw TokenRefusals.WrongResource(context, token.Resource!.Value);
            }
        }

        await next(context);
    }

    /// <exception cref="Hosting.ApiException">401: it proves nobody; or it came in clear.</exception>
    public async ValueTask<BearerToken> ProveAsync(string text, HttpContext context)
    {
        if (!context.Request.IsHttps)
        {
            throw TokenRefusals.NotEncrypted(context);
        }

        JsonWebToken token;
        try
        {
            token = new(text);
        }
        catch (ArgumentException)
        {
            throw TokenRefusals.Invalid(context, "it is no JSON web token.");
        }

        return local.IsIssuerOf(token)
            ? await local.ProveAsync(token, context, context.RequestAborted)
            : await external.ProveAsync(token, context, context.RequestAborted);
    }

    private static string? Find(string? header)
    {
        if (header is null || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var text = header[Scheme.Length..].Trim();
        return text.StartsWith("eyJ", StringComparison.Ordinal) && text.AsSpan().Count('.') == 2 && text.Length <= MaxLength ? text : null;
    }

    private static bool IsResourceApi(PathString path) => path.StartsWithSegments("/subscriptions") || path.StartsWithSegments("/providers");
}
