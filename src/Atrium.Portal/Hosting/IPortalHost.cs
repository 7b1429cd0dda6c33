using Microsoft.AspNetCore.Http;

namespace Atrium.Portal.Hosting;

/// <summary>What the portal needs of the program that it runs in: an address of the public API, and who has signed in. All else the pages ask of that API.</summary>
public interface IPortalHost
{
    /// <summary>Calls the public API. Shared; the bearer token is put on each request.</summary>
    HttpClient Api { get; }

    /// <summary>The signed-in user's own token; null when the session has ended.</summary>
    /// <param name="session">The session's name, from the claim <see cref="PortalClaims.Session"/>.</param>
    /// <param name="use">What it is for.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    ValueTask<string?> FindTokenAsync(string session, PortalTokenUse use, CancellationToken cancellationToken);

    /// <summary>Begins a session by name and password, and sets its cookie.</summary>
    Task<PortalSignIn> SignInAsync(HttpContext context, string name, string password);

    /// <summary>Begins a session by a link that is good once, and sets its cookie.</summary>
    Task<PortalSignIn> SignInByLinkAsync(HttpContext context, string code);

    /// <summary>The outside issuers where one can sign in, as people call them. A sign-in names one by its place in this list.</summary>
    IReadOnlyList<string> Issuers { get; }

    /// <summary>Begins a sign-in at an outside issuer: where the browser goes then. Null when it does not answer, or there is none of that number.</summary>
    /// <param name="context">The request.</param>
    /// <param name="number">Place in <see cref="Issuers"/>.</param>
    /// <param name="next">The page to show in the end.</param>
    Task<Uri?> BeginAtIssuerAsync(HttpContext context, int number, string? next);

    /// <summary>Ends a sign-in with what the issuer sent the browser back with, and sets the session's cookie.</summary>
    Task<PortalIssuerSignIn> EndAtIssuerAsync(HttpContext context);

    /// <summary>Ends the session and takes the cookie away. Where the browser goes to end the session at the outside issuer too; null for nowhere.</summary>
    Task<Uri?> SignOutAsync(HttpContext context);
}

/// <summary>Which API a token is for.</summary>
public enum PortalTokenUse
{
    /// <summary>The resource API.</summary>
    Management,

    /// <summary>Models, safety, speech, vision.</summary>
    AiServices,
}

/// <summary>How a sign-in ended.</summary>
public enum PortalSignIn
{
    /// <summary>A session has begun.</summary>
    Done,

    /// <summary>No such user, or another password.</summary>
    WrongPassword,

    /// <summary>The user is there and may not sign in.</summary>
    Disabled,

    /// <summary>Too many wrong tries: later.</summary>
    TooMany,

    /// <summary>The link was used, or is too old.</summary>
    StaleLink,

    /// <summary>The outside issuer does not answer.</summary>
    IssuerAway,

    /// <summary>The outside issuer, or whoever sat before it, said no.</summary>
    IssuerDenied,

    /// <summary>The outside issuer answered with an error, or with what proves nobody.</summary>
    IssuerRefused,

    /// <summary>The outside issuer gave a token that this installation's API does not take.</summary>
    IssuerNotForUs,

    /// <summary>Another browser, too long ago, or the answer to another question.</summary>
    Interrupted,
}

/// <summary>How a sign-in at an outside issuer ended.</summary>
/// <param name="Outcome">How.</param>
public sealed record PortalIssuerSignIn(PortalSignIn Outcome)
{
    /// <summary>Place in <see cref="IPortalHost.Issuers"/>; null when it is not known which one it was.</summary>
    public int? Issuer { get; init; }

    /// <summary>The page to show.</summary>
    public string? Next { get; init; }
}

/// <summary>Claims of who has signed in.</summary>
public static class PortalClaims
{
    /// <summary>Names the session. Not the secret of the cookie.</summary>
    public const string Session = "sid";

    /// <summary>The user's object id.</summary>
    public const string ObjectId = "oid";

    /// <summary>The user's display name.</summary>
    public const string Name = "name";

    /// <summary>There for a user of this installation's own directory, who may change his password here.</summary>
    public const string HasPassword = "has_password";
}
