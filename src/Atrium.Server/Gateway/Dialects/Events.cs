namespace Atrium.Server.Gateway.Dialects;

/// <summary>Server-sent events.</summary>
internal static class Events
{
    /// <summary>Headers that keep proxies from holding events back.</summary>
    public static void Begin(HttpResponse response)
    {
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
    }
}
