using Atrium.Server.Identity;

namespace Atrium.Server.Portal;

/// <summary>The cookie that holds a session's secret.</summary>
internal sealed class PortalCookie(Tenant tenant)
{
    /// <summary>Cookies do not tell ports apart, so two hubs on one machine need two names.</summary>
    private string Name => $"atrium-{tenant.Id[..8]}";

    public string? Read(HttpRequest request) => request.Cookies[Name] is { Length: > 0 and <= 128 } secret ? secret : null;

    /// <summary>
    /// Secure although plain HTTP serves the portal too: that is on loopback only, which browsers treat as secure. Lax and not Strict, or a link from elsewhere
    /// would ask for a sign-in again.
    /// </summary>
    public void Write(HttpResponse response, string secret) => response.Cookies.Append(
        Name, secret, new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Path = "/", IsEssential = true, MaxAge = PortalSessions.Idle });

    public void Remove(HttpResponse response) => response.Cookies.Delete(Name, new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Path = "/" });
}
