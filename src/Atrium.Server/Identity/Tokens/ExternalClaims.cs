using Atrium.Server.Identity.Principals;
using Atrium.Server.Resources;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Atrium.Server.Identity.Tokens;

/// <summary>Whom an outside token names. Pure.</summary>
internal static class ExternalClaims
{
    /// <summary>
    /// The caller; null when the token names nobody. Ids that are GUIDs (Entra's) are taken as they are, others become the GUID that always comes of issuer
    /// and name. An id of our own directory is never taken from outside.
    /// </summary>
    public static Caller? Read(JsonWebToken token, ExternalIssuerOptions options, PrincipalModel directory)
    {
        var subject = Text(token, "oid") is { } oid && Guid.TryParseExact(oid, "D", out _) ? oid : Text(token, "sub");
        if (subject is null)
        {
            return null;
        }

        var id = IdOf(token.Issuer, subject);
        var groups = token.Claims.Where(c => c.Type == options.GroupsClaim).Select(c => IdOf(token.Issuer, c.Value));
        var name = Text(token, options.NameClaim) ?? Text(token, "name") ?? subject;
        var kind = Text(token, "idtyp") == "app" ? "Application" : "User";
        return directory.Find(id) is null
            ? new(id, name, kind, [.. directory.IdsOf(id), .. groups.Where(g => directory.Find(g) is null)])
            : null;
    }

    private static string IdOf(string issuer, string name) =>
        Guid.TryParseExact(name, "D", out var id) ? id.ToString() : NameGuid.Of($"{issuer}|{name}").ToString();

    private static string? Text(JsonWebToken token, string claim) => token.TryGetPayloadValue<string>(claim, out var text) && text.Length > 0 ? text : null;
}
