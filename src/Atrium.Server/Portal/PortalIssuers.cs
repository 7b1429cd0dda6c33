using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Atrium.Portal.Frame;
using Atrium.Portal.Hosting;
using Atrium.Server.Identity;
using Atrium.Server.Identity.SignIn;
using Atrium.Server.Resources;

namespace Atrium.Server.Portal;

/// <summary>Leads a browser to an outside issuer and takes it back. What was asked waits in an encrypted cookie, so any node can go on with it.</summary>
internal sealed class PortalIssuers(IssuerSignIns issuers, Tenant tenant, ISecretCipher cipher, TimeProvider clock)
{
    /// <summary>How long one may take to sign in there.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    private readonly PortalProtection protection = new(cipher, "issuer-sign-in");

    /// <summary>As the buttons call them, in the order of the settings.</summary>
    public IReadOnlyList<string> Names { get; } = [.. issuers.Issuers.Select(i => i.Options.DisplayName ?? new Uri(i.Authority).Host)];

    private string CookieName => $"atrium-{tenant.Id[..8]}-issuer";

    /// <summary>Null when there is no such issuer, or it does not answer.</summary>
    public async Task<Uri?> BeginAsync(HttpContext context, int number, string? next)
    {
        if (issuers.Issuers.ElementAtOrDefault(number) is not { } issuer)
        {
            return null;
        }

        var attempt = new IssuerAttempt
        {
            Authority = issuer.Authority,
            ClientId = issuer.Options.ClientId!,
            Return = AddressOf(context, PortalLinks.SignInReturn),
            Next = next,
            End = clock.GetUtcNow() + Patience,
        };
        var address = await issuers.BeginAsync(issuer, attempt, context.RequestAborted);
        if (address is not null)
        {
            context.Response.Cookies.Append(CookieName, Convert.ToBase64String(protection.Protect(JsonSerializer.SerializeToUtf8Bytes(attempt))), CookieOptions(Patience));
        }

        return address;
    }

    public async Task<(PortalIssuerSignIn Ended, IssuerUser? User)> EndAsync(HttpContext context)
    {
        var (query, attempt) = (context.Request.Query, Read(context));
        context.Response.Cookies.Delete(CookieName, CookieOptions(null));
        if (attempt is null || attempt.End <= clock.GetUtcNow() || !IsSame(attempt.State, query["state"].ToString()) || issuers.Find(attempt.Authority, attempt.ClientId) is not { } issuer)
        {
            return (new(PortalSignIn.Interrupted), null);
        }

        var ended = new PortalIssuerSignIn(PortalSignIn.Done) { Issuer = issuers.Issuers.Index().First(i => i.Item == issuer).Index, Next = attempt.Next };
        if (query["code"].ToString() is not { Length: > 0 } code)
        {
            return (ended with { Outcome = query["error"] == "access_denied" ? PortalSignIn.IssuerDenied : PortalSignIn.IssuerRefused }, null);
        }

        var answer = await issuers.EndAsync(issuer, attempt, code, query.TryGetValue("iss", out var from) ? from.ToString() : null, context.RequestAborted);
        return (ended with
        {
            Outcome = answer.Outcome switch
            {
                IssuerOutcome.Done => PortalSignIn.Done,
                IssuerOutcome.Away => PortalSignIn.IssuerAway,
                IssuerOutcome.NotForUs => PortalSignIn.IssuerNotForUs,
                _ => PortalSignIn.IssuerRefused,
            },
        }, answer.Who);
    }

    /// <summary>Where the browser goes to end the session at the issuer too; null where that cannot be.</summary>
    public async Task<Uri?> LeaveAsync(HttpContext context, IssuerUser user) => issuers.Find(user.Authority, user.ClientId) is { } issuer
        ? await issuers.LeaveAsync(issuer, user.Tokens.Identity, AddressOf(context, PortalLinks.SignIn), context.RequestAborted)
        : null;

    private static string AddressOf(HttpContext context, string path) => $"{context.Request.Scheme}://{context.Request.Host}{path}";

    private IssuerAttempt? Read(HttpContext context)
    {
        try
        {
            return context.Request.Cookies[CookieName] is { } text ? JsonSerializer.Deserialize<IssuerAttempt>(protection.Unprotect(Convert.FromBase64String(text))) : null;
        }
        catch (Exception broken) when (broken is FormatException or CryptographicException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Lax: the answer comes by a link from elsewhere.</summary>
    private static CookieOptions CookieOptions(TimeSpan? life) =>
        new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Path = PortalLinks.SignIn, IsEssential = true, MaxAge = life };

    private static bool IsSame(string left, string right) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(left), Encoding.UTF8.GetBytes(right));
}
