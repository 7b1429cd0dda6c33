using Atrium.Persistence;

namespace Atrium.Server.Resources;

/// <summary>Takes rows of the activity log that belong to no write: sign-ins and denied calls. Owned here, implemented by Audit.</summary>
internal interface IActivityTrail
{
    /// <summary>The row is durable when this returns; the same thing again within a minute is counted and written down once.</summary>
    ValueTask AddAsync(ActivityRow row, CancellationToken cancellationToken);
}
