namespace Atrium.Server.Gateway.Speech.Sockets;

/// <summary>
/// A browser cannot set headers on a websocket, so the published protocol takes credentials as query parameters there. They are put where every other call has them.
/// </summary>
internal static class SocketCredentials
{
    private const string Key = "Ocp-Apim-Subscription-Key";
    private const string Authorization = "Authorization";

    /// <summary>With Entra ID the clients send the account's resource id before the token: <c>aad#{resource id}#{token}</c>.</summary>
    private const string EntraPrefix = "Bearer aad#";

    public static IApplicationBuilder UseSocketCredentials(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.WebSockets.IsWebSocketRequest)
        {
            Take(context.Request);
        }

        return next(context);
    });

    private static void Take(HttpRequest request)
    {
        foreach (var name in (ReadOnlySpan<string>)[Key, Authorization])
        {
            if (!request.Headers.ContainsKey(name) && request.Query[name] is [{ Length: > 0 } value])
            {
                request.Headers[name] = value;
            }
        }

        if (request.Headers.Authorization is [{ } header] && header.StartsWith(EntraPrefix, StringComparison.OrdinalIgnoreCase) && header.LastIndexOf('#') is var at and > 0)
        {
            request.Headers.Authorization = $"Bearer {header[(at + 1)..]}";
        }
    }
}
