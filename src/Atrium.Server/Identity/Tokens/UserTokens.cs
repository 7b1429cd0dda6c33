using Atrium.Server.Hosting.Instance;
using Atrium.Server.Identity.Principals;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Atrium.Server.Identity.Tokens;

/// <summary>Makes tokens of a user who has signed in already, for the portal: the same as the token endpoint gives, only shorter of life.</summary>
internal sealed class UserTokens(SigningKeys keys, Tenant tenant, ServerAddresses addresses, TimeProvider clock)
{
    /// <summary>Short, so that a session that ended elsewhere ends here soon.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };

    public string Make(Principal user, string audience)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = IssuerPaths.IssuerOf(new($"{addresses.Https}/{tenant.Id}")),
            Audience = audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + Life,
            TokenType = LocalTokens.AccessTokenType,
            SigningCredentials = keys.Current.Credentials,
            Claims = new Dictionary<string, object>
            {
                ["sub"] = user.ObjectId,
                ["oid"] = user.ObjectId,
                ["tid"] = tenant.Id,
                ["idtyp"] = "user",
                ["ver"] = "2.0",
                ["name"] = user.DisplayName,
                ["preferred_username"] = user.Id.Name,
            },
        });
    }
}
