using System.Collections.Concurrent;
using Atrium.Portal.Hosting;
using Atrium.Server.Identity.SignIn;
using Atrium.Server.Identity.Tokens;

namespace Atrium.Server.Portal;

/// <summary>
/// The tokens with which sessions call the API: made when they are needed, kept until shortly before their end. Whoever has signed in at an outside issuer calls with
/// that issuer's own token, which is renewed there.
/// </summary>
internal sealed class PortalTokens(PortalSessions sessions, UserTokens tokens, IssuerSignIns issuers, TimeProvider clock)
{
    private const int MostKept = 20_000;
    private const int Turns = 32;
    private static readonly TimeSpan Reserve = TimeSpan.FromMinutes(1);
    private readonly ConcurrentDictionary<(string Session, PortalTokenUse Use), (string Token, DateTimeOffset Until)> kept = [];
    private readonly SemaphoreSlim[] turns = [.. Enumerable.Range(0, Turns).Select(_ => new SemaphoreSlim(1, 1))];

    /// <summary>Null when the session has ended.</summary>
    public async ValueTask<string?> FindAsync(string session, PortalTokenUse use, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (kept.TryGetValue((session, use), out var known) && known.Until > now)
        {
            return known.Token;
        }

        if (await sessions.FindAsync(session, cancellationToken) is not { } visitor)
        {
            Forget(session);
            return null;
        }

        if (visitor.Own is { } user)
        {
            return Keep(session, use, tokens.Make(user, use is PortalTokenUse.Management ? "https://management.azure.com" : "https://cognitiveservices.azure.com"), now + UserTokens.Life - Reserve);
        }

        var current = visitor.Outside!.Tokens.End - Reserve > now ? visitor.Outside : await RefreshAsync(session, cancellationToken);
        return current is null ? null : Keep(session, use, current.Tokens.Access, current.Tokens.End - Reserve);
    }

    public void Forget(string session)
    {
        foreach (var use in Enum.GetValues<PortalTokenUse>())
        {
            kept.TryRemove((session, use), out _);
        }
    }

    /// <summary>One at a time: an issuer may take a refresh token that comes twice for a stolen one.</summary>
    private async Task<IssuerUser?> RefreshAsync(string session, CancellationToken cancellationToken)
    {
        var turn = turns[(uint)session.GetHashCode(StringComparison.Ordinal) % turns.Length];
        await turn.WaitAsync(cancellationToken);
        try
        {
            var user = (await sessions.FindAsync(session, cancellationToken))?.Outside;
            if (user is null || user.Tokens.End - Reserve > clock.GetUtcNow())
            {
                return user;
            }

            // Whoever waits may go away; the token that was used up has a successor, which must be kept.
            var (outcome, fresh) = await issuers.RefreshAsync(issuers.Find(user.Authority, user.ClientId)!, user.ObjectId, user.Tokens, CancellationToken.None);
            if (fresh is not null)
            {
                await sessions.KeepAsync(session, fresh, CancellationToken.None);
            }
            else if (outcome is not IssuerOutcome.Away)
            {
                await sessions.EndAsync(session, CancellationToken.None);
            }

            return fresh;
        }
        finally
        {
            turn.Release();
        }
    }

    private string Keep(string session, PortalTokenUse use, string token, DateTimeOffset until)
    {
        var now = clock.GetUtcNow();
        if (kept.Count >= MostKept)
        {
            foreach (var (key, _) in kept.Where(k => k.Value.Until <= now))
            {
                kept.TryRemove(key, out _);
            }
        }

        if (kept.Count < MostKept)
        {
            kept[(session, use)] = (token, until);
        }

        return token;
    }
}
