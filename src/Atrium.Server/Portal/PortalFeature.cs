namespace Atrium.Server.Portal;

/// <summary>Serves the web portal, which is a client of the API like any other.</summary>
internal static class PortalFeature
{
    public static IServiceCollection AddPortalFeature(this IServiceCollection services) => services
        .AddSingleton<PortalSessions>()
        .AddSingleton<PortalTokens>()
        .AddSingleton<PortalOrigins>()
        .AddSingleton<PortalCookie>()
        .AddSingleton<PortalIssuers>()
        .AddSingleton<PortalHost>()
        .AddSingleton<PortalApplication>()
        .AddSingleton<PortalGate>();

    public static void MapPortalFeature(this IEndpointRouteBuilder routes)
    {
        routes.MapUserSettings();
        routes.MapUserNotifications();
        foreach (var place in (string[])["/portal", "/_blazor", "/_framework", "/_content"])
        {
            routes.Map(place + "/{**rest}", (HttpContext context, PortalGate gate) => gate.InvokeAsync(context)).WithTags("Portal");
        }
    }
}
