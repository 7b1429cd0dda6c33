using Atrium.Portal.Hosting;
using Atrium.Server.Hosting.Instance;
using Atrium.Server.Hosting.Tls;
using Atrium.Server.Identity.SignIn;
using Atrium.Server.Identity.Tokens;

namespace Atrium.Server.Portal;

/// <summary>What the portal has of the server: the address of its API, and sessions.</summary>
internal sealed class PortalHost : IPortalHost, IDisposable
{
    private readonly PortalSessions sessions;
    private readonly PortalTokens tokens;
    private readonly PortalCookie cookie;
    private readonly SignInService signIn;
    private readonly SignInLinks links;
    private readonly PortalOrigins origins;
    private readonly PortalIssuers issuers;
    private readonly Lazy<HttpClient> api;

    public PortalHost(
        PortalSessions sessions, PortalTokens tokens, PortalCookie cookie, SignInService signIn, SignInLinks links, PortalOrigins origins, PortalIssuers issuers, TlsState tls, ServerAddresses addresses)
    {
        (this.sessions, this.tokens, this.cookie, this.signIn, this.links, this.origins, this.issuers) = (sessions, tokens, cookie, signIn, links, origins, issuers);
#pragma warning disable RS0030 // Goes to this very process and nowhere else: the one certificate that is taken is its own.
        api = new(() => new(origins.Vouching(SelfTrusting(tls))) { BaseAddress = new(addresses.Https), DefaultRequestVersion = new(2, 0), Timeout = Timeout.InfiniteTimeSpan });
#pragma warning restore RS0030
    }

    public HttpClient Api => api.Value;

    public async ValueTask<string?> FindTokenAsync(string session, PortalTokenUse use, CancellationToken cancellationToken)
    {
        var token = await tokens.FindAsync(session, use, cancellationToken);
        origins.Bind(session, token);
        return token;
    }

    public async Task<PortalSignIn> SignInAsync(HttpContext context, string name, string password)
    {
        var (user, error) = await signIn.UserAsync(name, password, context.Connection.RemoteIpAddress?.ToString() ?? "", context.RequestAborted);
        return error is null ? await StartAsync(context, () => sessions.StartAsync(user!, context.RequestAborted))
            : error == TokenErrors.WrongPassword ? PortalSignIn.WrongPassword
            : error == TokenErrors.DisabledUser ? PortalSignIn.Disabled
            : PortalSignIn.TooMany;
    }

    public async Task<PortalSignIn> SignInByLinkAsync(HttpContext context, string code) =>
        await links.UseAsync(code, context.RequestAborted) is { } user ? await StartAsync(context, () => sessions.StartAsync(user, context.RequestAborted)) : PortalSignIn.StaleLink;

    public IReadOnlyList<string> Issuers => issuers.Names;

    public Task<Uri?> BeginAtIssuerAsync(HttpContext context, int number, string? next) => issuers.BeginAsync(context, number, next);

    public async Task<PortalIssuerSignIn> EndAtIssuerAsync(HttpContext context)
    {
        var (ended, user) = await issuers.EndAsync(context);
        if (user is not null)
        {
            await StartAsync(context, () => sessions.StartAsync(user, context.RequestAborted));
        }

        return ended;
    }

    public async Task<Uri?> SignOutAsync(HttpContext context)
    {
        var visitor = cookie.Read(context.Request) is { } secret ? await sessions.FindAsync(PortalSessions.NameOf(secret), context.RequestAborted) : null;
        await EndAsync(context);
        return visitor?.Outside is { } outside ? await issuers.LeaveAsync(context, outside) : null;
    }

    private async Task EndAsync(HttpContext context)
    {
        if (cookie.Read(context.Request) is { } secret)
        {
            var name = PortalSessions.NameOf(secret);
            await sessions.EndAsync(name, context.RequestAborted);
            tokens.Forget(name);
            origins.Forget(name);
        }

        cookie.Remove(context.Response);
    }

    public void Dispose()
    {
        if (api.IsValueCreated)
        {
            api.Value.Dispose();
        }
    }

    /// <summary>A session that was there ends: whoever signs in anew shares nothing with whoever did before.</summary>
    private async Task<PortalSignIn> StartAsync(HttpContext context, Func<Task<string>> start)
    {
        await EndAsync(context);
        cookie.Write(context.Response, await start());
        return PortalSignIn.Done;
    }

    /// <summary>The one certificate trusted is the one that this very process shows.</summary>
#pragma warning disable RS0030 // As above.
    private static SocketsHttpHandler SelfTrusting(TlsState tls) => new()
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        UseCookies = false,
        SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null && shown.GetRawCertData().AsSpan().SequenceEqual(tls.For(null).TargetCertificate.RawData) },
    };
#pragma warning restore RS0030
}
