namespace Atrium.Storage.Blobs;

/// <summary>Leases as published (Lease Blob, Lease Container). Pure.</summary>
public static class LeaseRules
{
    private const int LeastSeconds = 15;
    private const int MostSeconds = 60;

    /// <summary>How the lease stands.</summary>
    public static LeaseState StateOf(Lease? lease, DateTimeOffset now) => lease switch
    {
        null => LeaseState.Available,
        { Breaks: > 0 } => lease.Breaks <= now.UtcTicks ? LeaseState.Broken : LeaseState.Breaking,
        { Ends: > 0 } when lease.Ends <= now.UtcTicks => LeaseState.Expired,
        _ => LeaseState.Leased,
    };

    /// <summary>Whether somebody has it.</summary>
    public static bool IsHeld(Lease? lease, DateTimeOffset now) => StateOf(lease, now) is LeaseState.Leased or LeaseState.Breaking;

    /// <summary>A write needs the lease's id while somebody has it.</summary>
    /// <param name="lease">Of what is written.</param>
    /// <param name="id">As sent; null for none.</param>
    /// <param name="what"><c>Blob</c> or <c>Container</c>, as the codes end.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="StorageException">It was not sent, or another one.</exception>
    public static void DemandWrite(Lease? lease, string? id, string what, DateTimeOffset now)
    {
        if (id is null && IsHeld(lease, now))
        {
            throw new StorageException("LeaseIdMissing", $"There is currently a lease on the {what.ToLowerInvariant()} and no lease ID was specified in the request.");
        }

        DemandMatch(lease, id, what, now);
    }

    /// <summary>An id that was sent must be that of the lease.</summary>
    /// <inheritdoc cref="DemandWrite"/>
    public static void DemandMatch(Lease? lease, string? id, string what, DateTimeOffset now)
    {
        if (id is null)
        {
            return;
        }

        if (!IsHeld(lease, now))
        {
            throw new StorageException(
                lease is null ? $"LeaseNotPresentWith{what}Operation" : "LeaseLost", $"There is currently no lease on the {what.ToLowerInvariant()}, or it is over.");
        }

        if (!Same(lease!.Id, id))
        {
            throw new StorageException($"LeaseIdMismatchWith{what}Operation", $"The lease ID specified did not match the lease ID for the {what.ToLowerInvariant()}.");
        }
    }

    /// <summary>The lease after the request.</summary>
    /// <returns>Null where it was given back.</returns>
    /// <exception cref="StorageException">It cannot be done.</exception>
    public static Lease? Apply(Lease? lease, LeaseRequest request, DateTimeOffset now, Func<Guid> newId)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(newId);
        return request.Action switch
        {
            LeaseAction.Acquire => Acquire(lease, request, now, newId),
            LeaseAction.Renew => Renew(lease, request, now),
            LeaseAction.Change => Change(lease, request, now),
            LeaseAction.Release => Release(lease, request),
            _ => Break(lease, request, now),
        };
    }

    /// <summary>Whole seconds until a lease that is being broken is broken.</summary>
    public static int SecondsToBreak(Lease? lease, DateTimeOffset now) =>
        lease is { Breaks: > 0 } && lease.Breaks > now.UtcTicks ? (int)Math.Ceiling(TimeSpan.FromTicks(lease.Breaks - now.UtcTicks).TotalSeconds) : 0;

    private static Lease Acquire(Lease? lease, LeaseRequest request, DateTimeOffset now, Func<Guid> newId)
    {
        var seconds = request.Seconds is -1 or (>= LeastSeconds and <= MostSeconds)
            ? request.Seconds.Value
            : throw new StorageException("InvalidHeaderValue", $"x-ms-lease-duration must be -1 or {LeastSeconds} to {MostSeconds} seconds.");
        var id = request.ProposedId ?? newId().ToString();
        return StateOf(lease, now) switch
        {
            LeaseState.Leased when !Same(lease!.Id, id) => throw new StorageException("LeaseAlreadyPresent", "There is already a lease present."),
            LeaseState.Breaking => throw new StorageException("LeaseAlreadyPresent", "There is already a lease present, which is being broken."),
            _ => New(id, seconds, now),
        };
    }

    private static Lease Renew(Lease? lease, LeaseRequest request, DateTimeOffset now)
    {
        Demand(lease, request);
        return StateOf(lease, now) is LeaseState.Leased or LeaseState.Expired
            ? New(lease!.Id, lease.Seconds, now)
            : throw new StorageException("LeaseIsBrokenAndCannotBeRenewed", "The lease ID matched, but the lease has been broken explicitly and cannot be renewed.");
    }

    private static Lease Change(Lease? lease, LeaseRequest request, DateTimeOffset now)
    {
        var proposed = request.ProposedId ?? throw new StorageException("MissingRequiredHeader", "x-ms-proposed-lease-id is required for this action.");
        if (StateOf(lease, now) is not LeaseState.Leased)
        {
            throw StateOf(lease, now) is LeaseState.Breaking
                ? new StorageException("LeaseIsBreakingAndCannotBeChanged", "The lease ID matched, but the lease is currently in breaking state and cannot be changed.")
                : NotPresent();
        }

        if (!Same(lease!.Id, proposed))
        {
            Demand(lease, request);
        }

        return lease with { Id = proposed };
    }

    private static Lease? Release(Lease? lease, LeaseRequest request)
    {
        Demand(lease, request);
        return null;
    }

    private static Lease Break(Lease? lease, LeaseRequest request, DateTimeOffset now)
    {
        if (request.Seconds is < 0 or > MostSeconds)
        {
            throw new StorageException("InvalidHeaderValue", $"x-ms-lease-break-period must be 0 to {MostSeconds} seconds.");
        }

        var state = StateOf(lease, now);
        if (state is LeaseState.Available)
        {
            throw NotPresent();
        }

        if (state is LeaseState.Broken or LeaseState.Expired)
        {
            return lease! with { Breaks = lease.Breaks > 0 ? lease.Breaks : now.UtcTicks };
        }

        // A time that was given never lengthens what is left; without one a lease with an end runs out and one without is broken at once.
        var left = lease!.Breaks > 0 ? lease.Breaks - now.UtcTicks : lease.Ends > 0 ? lease.Ends - now.UtcTicks : long.MaxValue;
        var wanted = request.Seconds is { } seconds ? seconds * TimeSpan.TicksPerSecond : left == long.MaxValue ? 0 : left;
        return lease with { Breaks = now.UtcTicks + Math.Min(left, wanted) };
    }

    private static void Demand(Lease? lease, LeaseRequest request)
    {
        if (lease is null)
        {
            throw NotPresent();
        }

        if (request.Id is null)
        {
            throw new StorageException("MissingRequiredHeader", "x-ms-lease-id is required for this action.");
        }

        if (!Same(lease.Id, request.Id))
        {
            throw new StorageException("LeaseIdMismatchWithLeaseOperation", "The lease ID specified did not match the lease ID for the blob or container.");
        }
    }

    private static StorageException NotPresent() => new("LeaseNotPresentWithLeaseOperation", "There is currently no lease on the blob or container.");

    private static Lease New(string id, int seconds, DateTimeOffset now) =>
        new(id, seconds, seconds < 0 ? 0 : now.UtcTicks + (seconds * TimeSpan.TicksPerSecond), 0);

    private static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
