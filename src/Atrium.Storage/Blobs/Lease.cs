using System.Text.Json.Serialization;

namespace Atrium.Storage.Blobs;

/// <summary>How a lease stands, by the published words.</summary>
public enum LeaseState
{
    /// <summary>Nobody has it.</summary>
    Available,

    /// <summary>Somebody has it.</summary>
    Leased,

    /// <summary>Its time is over; whoever had it may renew it.</summary>
    Expired,

    /// <summary>It was broken and holds until then.</summary>
    Breaking,

    /// <summary>It was broken.</summary>
    Broken,
}

/// <summary>A lease as it is kept.</summary>
/// <param name="Id">Known to whoever has it.</param>
/// <param name="Seconds">How long it lasts; -1 for ever.</param>
/// <param name="Ends">UTC ticks; 0 for never.</param>
/// <param name="Breaks">UTC ticks when it is broken for good; 0 while nobody broke it.</param>
public sealed record Lease(
    [property: JsonPropertyName("i")] string Id,
    [property: JsonPropertyName("s")] int Seconds,
    [property: JsonPropertyName("e")] long Ends,
    [property: JsonPropertyName("b")] long Breaks);

/// <summary>What is asked of a lease.</summary>
public enum LeaseAction
{
    /// <summary>To have it.</summary>
    Acquire,

    /// <summary>To have it longer.</summary>
    Renew,

    /// <summary>To call it by another id.</summary>
    Change,

    /// <summary>To give it back.</summary>
    Release,

    /// <summary>To end it without its id.</summary>
    Break,
}

/// <summary>A request about a lease.</summary>
/// <param name="Action">What is asked.</param>
/// <param name="Id">The lease's id; null where none was sent.</param>
/// <param name="ProposedId">The id it shall have; null where none was sent.</param>
/// <param name="Seconds">For <see cref="LeaseAction.Acquire"/>: 15 to 60, or -1 for ever. For <see cref="LeaseAction.Break"/>: 0 to 60, or null for what is left.</param>
public sealed record LeaseRequest(LeaseAction Action, string? Id, string? ProposedId, int? Seconds);
