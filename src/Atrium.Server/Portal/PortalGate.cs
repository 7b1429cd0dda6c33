using System.Security.Claims;
using Atrium.Portal.Frame;
using Atrium.Portal.Hosting;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Portal;

/// <summary>Before every request of the portal: who is it, may he pass, and does it come from a page of ours.</summary>
internal sealed class PortalGate(PortalSessions sessions, PortalCookie cookie, PortalOrigins origins, PortalApplication application)
{
    public async Task InvokeAsync(HttpContext context)
    {
        PortalHeaders.Write(context.Response);
        if (!IsSameOrigin(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        var path = context.Request.Path;
        if (IsFile(path))
        {
            await application.InvokeAsync(context);
            return;
        }

        context.Response.OnStarting(() =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        });
        if (!await ReadSessionAsync(context) && !path.StartsWithSegments(PortalLinks.SignIn) && !path.StartsWithSegments(PortalLinks.SignOut))
        {
            Refuse(context);
            return;
        }

        await application.InvokeAsync(context);
    }

    /// <summary>A browser names the page that a call comes from. SameSite cookies do not tell ports apart, so another program on this machine would be as good as we.</summary>
    private static bool IsSameOrigin(HttpRequest request) =>
        request.Headers.Origin.FirstOrDefault() is not { } origin || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);

    /// <summary>The same for everybody, and no secret.</summary>
    private static bool IsFile(PathString path) => path.StartsWithSegments("/_framework") || path.StartsWithSegments("/_content");

    private async ValueTask<bool> ReadSessionAsync(HttpContext context)
    {
        if (cookie.Read(context.Request) is not { } secret || await sessions.FindAsync(PortalSessions.NameOf(secret), context.RequestAborted) is not { } user)
        {
            return false;
        }

        origins.Note(PortalSessions.NameOf(secret), CallOrigin.Of(context));
        context.User = new(new ClaimsIdentity(
            [
                new(PortalClaims.Session, PortalSessions.NameOf(secret)),
                new(PortalClaims.ObjectId, user.ObjectId),
                new(PortalClaims.Name, user.DisplayName),
                .. user.Own is null ? Array.Empty<Claim>() : [new(PortalClaims.HasPassword, "true")],
            ],
            "portal",
            PortalClaims.Name,
            null));
        return true;
    }

    private static void Refuse(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsGet(request.Method) && request.Path.StartsWithSegments(PortalLinks.Home))
        {
            context.Response.Redirect($"{PortalLinks.SignIn}?next={Uri.EscapeDataString(request.Path + request.QueryString.ToString())}");
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        }
    }
}
