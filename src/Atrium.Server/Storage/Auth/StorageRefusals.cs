using Atrium.Server.Hosting;

namespace Atrium.Server.Storage.Auth;

/// <summary>Why nobody is let in, in the same words for an account that is there and one that is not.</summary>
internal static class StorageRefusals
{
    /// <summary>A signature, a key or a token that proves nothing.</summary>
    public static ApiException NotProved(string why) => ApiException.Forbidden(
        "AuthenticationFailed", $"Server failed to authenticate the request. Make sure the value of Authorization header is formed correctly including the signature. {why}".TrimEnd());

    public static ApiException NotAllowed() => ApiException.Forbidden("AuthorizationPermissionMismatch", "This request is not authorized to perform this operation using this permission.");

    /// <summary>From a network that may not call.</summary>
    public static ApiException NotFromHere() => ApiException.Forbidden("AuthorizationFailure", "This request is not authorized to perform this operation.");

    public static ApiException Anonymous(HttpContext context, string tenant) => ApiException.Unauthenticated(
        "NoAuthenticationInformation",
        "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.",
        $"Bearer authorization_uri=https://{context.Request.Host}/{tenant}/oauth2/authorize resource_id=https://storage.azure.com");
}
