using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.SignIn;

namespace Atrium.Server.Portal;

/// <summary>Somebody who has signed in to the portal, as it is kept in the store under the hash of the cookie's secret.</summary>
internal sealed record PortalSession
{
    /// <summary>Object id of the user.</summary>
    public required string User { get; init; }

    /// <summary>A new password ends the session.</summary>
    public required int PasswordVersion { get; init; }

    public required DateTimeOffset Started { get; init; }

    /// <summary>Moves on while it is used.</summary>
    public required DateTimeOffset End { get; init; }

    /// <summary>Of somebody who has signed in at an outside issuer; null for a user of our own directory.</summary>
    public OutsideSession? Outside { get; init; }
}

/// <summary>Where somebody has signed in who is not in our own directory.</summary>
internal sealed record OutsideSession
{
    public required string Authority { get; init; }

    /// <summary>Through which client; null for a session from before that was kept.</summary>
    public string? ClientId { get; init; }

    public required string Name { get; init; }

    /// <summary>The issuer's tokens, encrypted.</summary>
    public required byte[] Tokens { get; init; }
}

/// <summary>Whose session it is.</summary>
/// <param name="ObjectId">What role assignments name.</param>
/// <param name="DisplayName">For people.</param>
internal sealed record PortalVisitor(string ObjectId, string DisplayName)
{
    /// <summary>Somebody of our own directory.</summary>
    public Principal? Own { get; init; }

    /// <summary>Somebody who has signed in at an outside issuer.</summary>
    public IssuerUser? Outside { get; init; }
}
