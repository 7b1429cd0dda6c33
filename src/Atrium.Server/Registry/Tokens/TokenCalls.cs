using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;
using Atrium.Server.Identity.Tokens;
using Atrium.Server.Registry.Images;

namespace Atrium.Server.Registry.Tokens;

/// <summary>
/// The token endpoints of a registry: the distribution project's (<c>GET /oauth2/token</c> with a name and password, or none) and Azure Container Registry's
/// (<c>POST /oauth2/exchange</c> a token of the issuer for a refresh token, <c>POST /oauth2/token</c> that for an access token).
/// </summary>
internal sealed class TokenCalls(ImageAccess access, RegistryTokens tokens, RepositoryResolver repositories, BearerTokens bearers)
{
    private const int MaxScopes = 100;

    public async Task GetAsync(HttpContext context, CancellationToken cancellationToken)
    {
        ImageAccess.DemandHttps(context);
        var caller = RegistryCaller.Nobody;
        if (AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header))
        {
            caller = header is { Scheme: var scheme, Parameter: { } value } && scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase)
                ? await access.ReadBasicAsync(value, context, cancellationToken) ?? throw Wrong()
                : throw Wrong();
        }

        await AnswerAsync(context, caller, context.Request.Query["scope"], cancellationToken);
    }

    public async Task PostAsync(HttpContext context, CancellationToken cancellationToken)
    {
        ImageAccess.DemandHttps(context);
        var form = await ReadFormAsync(context, cancellationToken);
        var caller = form["grant_type"].ToString() switch
        {
            "refresh_token" => await tokens.ReadRefreshAsync(form["refresh_token"].ToString()) ?? throw Wrong(),
            "password" => await access.SignInAsync(form["username"].ToString(), form["password"].ToString(), context, cancellationToken) ?? throw Wrong(),
            var other => throw ApiException.BadRequest("UNSUPPORTED", $"grant_type '{other}' is neither refresh_token nor password.", "grant_type"),
        };
        await AnswerAsync(context, caller, form["scope"], cancellationToken);
    }

    public async Task ExchangeAsync(HttpContext context, CancellationToken cancellationToken)
    {
        ImageAccess.DemandHttps(context);
        var form = await ReadFormAsync(context, cancellationToken);
        if (form["grant_type"].ToString() is not ("access_token" or "access_token_refresh_token"))
        {
            throw ApiException.BadRequest("UNSUPPORTED", $"grant_type '{form["grant_type"]}' is not access_token.", "grant_type");
        }

        var proof = await bearers.ProveAsync(form["access_token"].ToString(), context);
        if (!proof.IsFor(TokenResource.ContainerRegistry) && !proof.IsFor(TokenResource.Management))
        {
            throw Wrong();
        }

        await context.Response.WriteAsJsonAsync(new JsonObject { ["refresh_token"] = tokens.MakeRefresh(await access.CallerOfAsync(proof.Caller, cancellationToken)) }, cancellationToken);
    }

    private async Task AnswerAsync(HttpContext context, RegistryCaller caller, IEnumerable<string?> scopes, CancellationToken cancellationToken)
    {
        var grants = new List<RepositoryGrant>();
        foreach (var scope in scopes.SelectMany(s => (s ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)).Take(MaxScopes))
        {
            if (await GrantAsync(context, caller, scope, cancellationToken) is { } grant)
            {
                grants.Add(grant);
            }
        }

        if (caller.IsNobody && grants.Count == 0)
        {
            throw Wrong();
        }

        var token = tokens.MakeAccess(caller with { Grants = [.. grants] });
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsJsonAsync(new JsonObject { ["token"] = token, ["access_token"] = token, ["expires_in"] = (int)RegistryTokens.AccessLife.TotalSeconds }, cancellationToken);
    }

    /// <summary>What of a scope (<c>repository:name:pull,push</c>) the caller may do; null where that is nothing, whether or not there is such a repository.</summary>
    private async ValueTask<RepositoryGrant?> GrantAsync(HttpContext context, RegistryCaller caller, string scope, CancellationToken cancellationToken)
    {
        var (first, last) = (scope.IndexOf(':', StringComparison.Ordinal), scope.LastIndexOf(':'));
        if (first < 0 || last <= first || !scope.StartsWith("repository:", StringComparison.Ordinal)
            || await repositories.FindAsync(ImageAccess.RegistryOf(context), scope[(first + 1)..last], cancellationToken) is not { } place)
        {
            return null;
        }

        var asked = scope[(last + 1)..].Split(',');
        var words = ImmutableArray.CreateBuilder<string>();
        foreach (var right in ImageRight.All.Where(right => asked.Contains(right.Word) || asked.Contains("*")))
        {
            if (await access.IsAllowedAsync(caller, place, right, cancellationToken))
            {
                words.Add(right.Word);
            }
        }

        return words.Count == 0 ? null : new(place.Id.Key, words.ToImmutable());
    }

    private static async ValueTask<IFormCollection> ReadFormAsync(HttpContext context, CancellationToken cancellationToken) => context.Request.HasFormContentType
        ? await context.Request.ReadFormAsync(cancellationToken)
        : throw ApiException.BadRequest("UNSUPPORTED", "Send a form (application/x-www-form-urlencoded).");

    private static ApiException Wrong() => ApiException.Unauthenticated("UNAUTHORIZED", "The name or the secret is wrong, or the token is over.");
}
