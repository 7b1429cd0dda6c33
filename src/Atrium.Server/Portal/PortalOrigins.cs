using System.Collections.Concurrent;
using System.Net;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Portal;

/// <summary>
/// From where each session is used. The portal calls the API from the machine itself, where much is open that is closed elsewhere, so its calls say for whom they
/// are made.
/// </summary>
internal sealed class PortalOrigins
{
    private const int MostKept = 20_000;
    private readonly ConcurrentDictionary<string, IPAddress?> bySession = [];
    private readonly ConcurrentDictionary<string, string> sessions = [];

    public void Note(string session, CallOrigin origin)
    {
        Trim();
        bySession[session] = origin.IsPassedOn ? null : origin.Address;
    }

    /// <summary>With this token the session calls from now on.</summary>
    public void Bind(string session, string? token)
    {
        if (token is not null)
        {
            Trim();
            sessions[token] = session;
        }
    }

    public void Forget(string session)
    {
        bySession.TryRemove(session, out _);
        foreach (var (token, _) in sessions.Where(pair => pair.Value == session))
        {
            sessions.TryRemove(token, out _);
        }
    }

    public HttpMessageHandler Vouching(HttpMessageHandler inner) => new Voucher(this) { InnerHandler = inner };

    /// <summary>What is forgotten here is noted again at the session's next request; until then its calls come from nowhere.</summary>
    private void Trim()
    {
        if (bySession.Count >= MostKept || sessions.Count >= MostKept)
        {
            bySession.Clear();
            sessions.Clear();
        }
    }

    private sealed class Voucher(PortalOrigins origins) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var session = request.Headers.Authorization?.Parameter is { } token ? origins.sessions.GetValueOrDefault(token) : null;
            CallOrigin.Vouch(request, session is null ? null : origins.bySession.GetValueOrDefault(session));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
