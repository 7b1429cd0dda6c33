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
}
