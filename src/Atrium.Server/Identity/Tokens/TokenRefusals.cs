using Atrium.Server.Hosting;

namespace Atrium.Server.Identity.Tokens;

/// <summary>Why a bearer token is not taken, in the resource API's words. All are 401.</summary>
internal static class TokenRefusals
{
    public static ApiException Invalid(HttpContext context, string why) => Refuse(context, "InvalidAuthenticationToken", $"The access token is invalid: {why}");

    public static ApiException Expired(HttpContext context, DateTimeOffset end, DateTimeOffset now) => Refuse(
        context, "ExpiredAuthenticationToken", $"The access token expiry UTC time '{end:u}' is earlier than current UTC time '{now:u}'.");

    public static ApiException WrongResource(HttpContext context, TokenResource found) => Refuse(
        context,
        "InvalidAuthenticationTokenAudience",
        $"The access token has been obtained for the wrong audience or resource ({found}). It should be for the API that is called; for the resource API that is https://management.azure.com.");

    /// <summary>A token sent in clear is known to whoever listens, so it is not used, not even on loopback.</summary>
    public static ApiException NotEncrypted(HttpContext context) => Refuse(
        context, "HttpsRequired", "A bearer token is not taken over plain http. Use the https endpoint ('atrium status' shows it as httpsEndpoint); keys work here.");

    private static ApiException Refuse(HttpContext context, string code, string message)
    {
        var tenant = context.RequestServices.GetRequiredService<Tenant>();
        return ApiException.Unauthenticated(
            code, message, $"Bearer authorization_uri=\"https://{context.Request.Host}/{tenant.Id}\", error=\"invalid_token\", error_description=\"{message.Replace("\"", "'", StringComparison.Ordinal)}\"");
    }
}
