using System.Collections.Frozen;
using Atrium.Server.Hosting;

namespace Atrium.Server.Identity.Tokens;

/// <summary>
/// The issuer's addresses, which begin with the tenant: <c>/{tenant}/oauth2/v2.0/token</c>. OpenIddict knows them without it, so the tenant becomes the
/// request's base path, and all addresses that OpenIddict writes have it again.
/// </summary>
internal static class IssuerPaths
{
    public const string Token = "/oauth2/v2.0/token";
    public const string Configuration = "/v2.0/.well-known/openid-configuration";
    public const string Keys = "/discovery/v2.0/keys";

    private static readonly FrozenSet<string> All = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, Token, Configuration, Keys);

    /// <summary>What clients write when they leave the tenant open.</summary>
    private static readonly FrozenSet<string> Open = FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "common", "organizations");

    public static void UseIssuer(this IApplicationBuilder app)
    {
        // The framework would put this before every request by itself; here it is only for the issuer's addresses.
        app.Properties["__AuthenticationMiddlewareSet"] = true;
        app.Use(next =>
        {
            var openIddict = app.New().UseAuthentication();
            openIddict.Run(next);
            var answer = openIddict.Build();
            return context => Split(context.Request.Path) is { } found ? AnswerAsync(context, found.Tenant, found.Place, answer) : next(context);
        });
    }

    /// <summary>The name that tokens carry: the place they were asked for.</summary>
    public static string IssuerOf(Uri baseUri) => $"{baseUri.AbsoluteUri.TrimEnd('/')}/v2.0";

    private static Task AnswerAsync(HttpContext context, string named, string rest, RequestDelegate answer)
    {
        var tenant = context.RequestServices.GetRequiredService<Tenant>();
        if (!named.Equals(tenant.Id, StringComparison.OrdinalIgnoreCase) && !Open.Contains(named))
        {
            return RefuseAsync(context, TokenErrors.UnknownTenant(named));
        }

        context.Request.PathBase = context.Request.PathBase.Add($"/{tenant.Id}");
        context.Request.Path = rest.ToLowerInvariant();
        return answer(context);
    }

    private static Task RefuseAsync(HttpContext context, TokenError error)
    {
        var now = context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        context.Response.StatusCode = TokenErrorBody.StatusOf(error);
        return context.Response.WriteAsJsonAsync(TokenErrorBody.Write(error, context.TraceIdentifier, CorrelationId.Of(context), now), context.RequestAborted);
    }

    private static (string Tenant, string Place)? Split(PathString path)
    {
        var text = path.Value!;
        var end = text.Length > 1 ? text.IndexOf('/', 1) : -1;
        return end > 0 && All.GetAlternateLookup<ReadOnlySpan<char>>().Contains(text.AsSpan(end)) ? (text[1..end], text[end..]) : null;
    }
}
