using Atrium.Server.Identity.Principals;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Atrium.Server.Identity.Tokens;

/// <summary>Proves tokens of our own issuer. The principal must still be there and enabled: a token ends with it, not an hour later.</summary>
internal sealed class LocalTokens(SigningKeys keys, Tenant tenant, PrincipalState principals, TimeProvider clock)
{
    public const string AccessTokenType = "at+jwt";
    private readonly string issuerEnd = $"/{tenant.Id}/v2.0";
    private readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false };

    /// <summary>The host before the tenant is the name under which the caller reached us; what proves the token is the key.</summary>
    public bool IsIssuerOf(JsonWebToken token) => token.Issuer.EndsWith(issuerEnd, StringComparison.OrdinalIgnoreCase);

    public async ValueTask<BearerToken> ProveAsync(JsonWebToken token, HttpContext context, CancellationToken cancellationToken)
    {
        var key = keys.Find(token.Kid);
        if (key is null)
        {
            await keys.ReloadAsync(cancellationToken);
            key = keys.Find(token.Kid) ?? throw TokenRefusals.Invalid(context, "it is signed with a key that is not known here.");
        }

        var checkedToken = await handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            IssuerSigningKey = key.Key,
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            ValidTypes = [AccessTokenType],
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
        });
        if (!checkedToken.IsValid)
        {
            throw TokenRefusals.Invalid(context, "its signature or type is wrong.");
        }

        TokenLife.Check(token, clock.GetUtcNow(), context);
        if (token.Audiences.FirstOrDefault() is not { } audience || TokenResources.Find(audience) is not { } resource)
        {
            throw TokenRefusals.Invalid(context, "its audience is not known here.");
        }

        var model = await principals.ReadAsync(cancellationToken);
        var principal = token.TryGetPayloadValue<string>("oid", out var objectId) ? model.Find(objectId) : null;
        return principal is { IsEnabled: true }
            ? new(model.CallerOf(principal), resource)
            : throw TokenRefusals.Invalid(context, "its principal was deleted or disabled.");
    }
}
