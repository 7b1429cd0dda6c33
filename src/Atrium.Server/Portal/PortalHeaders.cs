namespace Atrium.Server.Portal;

/// <summary>What browsers are told about the portal's pages.</summary>
internal static class PortalHeaders
{
    /// <summary>
    /// Everything comes from here: no script but our files, no frame around the pages. Styles within the page are allowed, for the components set sizes and
    /// positions by style attributes. Pictures and sounds that were just made are <c>blob:</c> or <c>data:</c>.
    /// </summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data: blob:; media-src 'self' data: blob:; connect-src 'self'; "
        + "manifest-src 'self'; form-action 'self'; base-uri 'self'; frame-ancestors 'none'";

    public static void Write(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        // Not no-referrer: browsers would then hide the origin of our own forms too.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)";
        response.OnStarting(() =>
        {
            // The framework makes its form cookie Secure over HTTPS only; on loopback browsers take such cookies over plain HTTP too.
            headers.SetCookie = headers.SetCookie.Select(c => c!.Contains("; secure", StringComparison.OrdinalIgnoreCase) ? c : $"{c}; secure").ToArray();
            return Task.CompletedTask;
        });
    }
}
