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

    /// <summary>Ends the session and takes the cookie away.</summary>
    Task SignOutAsync(HttpContext context);
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
}
