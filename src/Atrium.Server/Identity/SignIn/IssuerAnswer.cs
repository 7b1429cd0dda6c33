namespace Atrium.Server.Identity.SignIn;

/// <summary>What came of a sign-in at an outside issuer, or of new tokens.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Who">Null unless it is <see cref="IssuerOutcome.Done"/>.</param>
internal sealed record IssuerAnswer(IssuerOutcome Outcome, IssuerUser? Who = null);

/// <summary>Somebody who has signed in at an outside issuer.</summary>
/// <param name="Authority">Which.</param>
/// <param name="ClientId">Through which of our clients there; null for one from before that was kept.</param>
/// <param name="ObjectId">What role assignments name.</param>
/// <param name="Name">For people.</param>
/// <param name="Tokens">With which he calls.</param>
internal sealed record IssuerUser(string Authority, string? ClientId, string ObjectId, string Name, IssuerTokens Tokens);

/// <summary>Tokens that an issuer has given. Secret.</summary>
internal sealed record IssuerTokens
{
    /// <summary>For our API.</summary>
    public required string Access { get; init; }

    /// <summary>For new ones; null where the issuer gives none.</summary>
    public string? Refresh { get; init; }

    /// <summary>The identity token of the sign-in, with which one signs out there; null for one from before that was kept.</summary>
    public string? Identity { get; init; }

    /// <summary>When <see cref="Access"/> ends.</summary>
    public required DateTimeOffset End { get; init; }
}

/// <summary>How a sign-in at an outside issuer ended.</summary>
internal enum IssuerOutcome
{
    Done,

    /// <summary>The issuer does not answer, or not in a way that can be understood.</summary>
    Away,

    /// <summary>The issuer said no, or what it said was not an answer to what was asked.</summary>
    Refused,

    /// <summary>It gave a token, but none that our API takes: the scope or audience in the settings is wrong.</summary>
    NotForUs,
}
