using System.Text.Json.Nodes;

namespace Atrium.Server.Connections.Audit;

/// <summary>Why a connection's secret is due to be replaced.</summary>
internal enum RotationReason
{
    None,
    Expired,
    ExpiresSoon,
    Old,
}

/// <param name="Reason">Why, or None.</param>
/// <param name="At">When it becomes or became due; null where it never does.</param>
internal sealed record Rotation(RotationReason Reason, DateTimeOffset? At)
{
    public bool IsDue => Reason is not RotationReason.None;

    public JsonObject ToJson() => new() { ["due"] = IsDue, ["reason"] = IsDue ? Reason.ToString() : null, ["dueAt"] = At };
}

/// <summary>When secrets of connections are to be replaced. Pure.</summary>
internal static class RotationRules
{
    /// <param name="made">When the secret in use was made; null where there is none.</param>
    /// <param name="expires">When it is worth nothing any more; null where nobody said.</param>
    /// <param name="options">The periods.</param>
    /// <param name="now">The time.</param>
    public static Rotation Of(DateTimeOffset? made, DateTimeOffset? expires, ConnectionsOptions options, DateTimeOffset now)
    {
        var reminder = expires?.AddDays(-options.RemindDays);
        var old = made is { } time && options.RotateAfterDays > 0 ? time.AddDays(options.RotateAfterDays) : (DateTimeOffset?)null;
        var reason = expires <= now ? RotationReason.Expired
            : reminder <= now ? RotationReason.ExpiresSoon
            : old <= now ? RotationReason.Old
            : RotationReason.None;
        return new(reason, reminder is null || old < reminder ? old : reminder);
    }
}
