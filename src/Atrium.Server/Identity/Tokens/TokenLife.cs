using Microsoft.IdentityModel.JsonWebTokens;

namespace Atrium.Server.Identity.Tokens;

/// <summary>Whether a token is good now, by our clock.</summary>
internal static class TokenLife
{
    /// <summary>How far the clocks of an issuer and of this machine may differ.</summary>
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    public static bool IsGood(JsonWebToken token, DateTimeOffset now) =>
        token.ValidTo != DateTime.MinValue
        && new DateTimeOffset(token.ValidTo, TimeSpan.Zero) + Skew > now
        && (token.ValidFrom == DateTime.MinValue || new DateTimeOffset(token.ValidFrom, TimeSpan.Zero) - Skew <= now);

    /// <exception cref="Hosting.ApiException">401: it is over, has not begun, or has no end.</exception>
    public static void Check(JsonWebToken token, DateTimeOffset now, HttpContext context)
    {
        if (token.ValidTo == DateTime.MinValue)
        {
            throw TokenRefusals.Invalid(context, "it has no expiry time.");
        }

        var end = new DateTimeOffset(token.ValidTo, TimeSpan.Zero);
        if (end + Skew <= now)
        {
            throw TokenRefusals.Expired(context, end, now);
        }

        if (token.ValidFrom != DateTime.MinValue && new DateTimeOffset(token.ValidFrom, TimeSpan.Zero) - Skew > now)
        {
            throw TokenRefusals.Invalid(context, "it is not valid yet.");
        }
    }
}
