using System.Collections.Concurrent;
using Atrium.Portal.Hosting;
using Atrium.Server.Identity.Tokens;

namespace Atrium.Server.Portal;

/// <summary>The tokens with which sessions call the API: made when they are needed, kept until shortly before their end.</summary>
internal sealed class PortalTokens(PortalSessions sessions, UserTokens tokens, TimeProvider clock)
{
    private const int MostKept = 20_000;
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(string Session, PortalTokenUse Use), (string Token, DateTimeOffset Until)> kept = [];

    /// <summary>Null when the session has ended.</summary>
    public async ValueTask<string?> FindAsync(string session, PortalTokenUse use, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (kept.TryGetValue((session, use), out var known) && known.Until > now)
        {
            return known.Token;
        }

        if (await sessions.FindAsync(session, cancellationToken) is not { } user)
        {
            Forget(session);
            return null;
        }

        if (kept.Count >= MostKept)
        {
            foreach (var (key, _) in kept.Where(k => k.Value.Until <= now))
            {
                kept.TryRemove(key, out _);
            }
        }

        var token = tokens.Make(user, use is PortalTokenUse.Management ? "https://management.azure.com" : "https://cognitiveservices.azure.com");
        if (kept.Count < MostKept)
        {
            kept[(session, use)] = (token, now + UserTokens.Life - Reserve);
        }

        return token;
    }

    public void Forget(string session)
    {
        foreach (var use in Enum.GetValues<PortalTokenUse>())
        {
            kept.TryRemove((session, use), out _);
        }
    }
}
