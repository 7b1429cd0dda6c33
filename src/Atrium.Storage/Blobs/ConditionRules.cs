namespace Atrium.Storage.Blobs;

/// <summary>Conditional headers as published (Specifying conditional headers for Blob service operations). Pure.</summary>
public static class ConditionRules
{
    private const string Any = "*";

    /// <summary>An entity tag as it goes out.</summary>
    public static string Tag(long etag) => $"\"0x{etag:X}\"";

    /// <summary>For a write.</summary>
    /// <param name="etag">Of what is there; null for nothing.</param>
    /// <param name="modified">When it was changed.</param>
    /// <param name="tags">Its tags.</param>
    /// <param name="conditions">As sent.</param>
    /// <exception cref="StorageException">One does not hold.</exception>
    public static void DemandWrite(long? etag, long modified, IReadOnlyDictionary<string, string>? tags, Conditions conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        if (etag is not null && conditions.IfNoneMatch is [Any])
        {
            throw new StorageException("BlobAlreadyExists", "The specified blob already exists.");
        }

        if (!Matches(etag, conditions) || DoesMatch(etag, conditions) || !IsUnmodified(etag, modified, conditions) || !IsModified(etag, modified, conditions) || !TagsMatch(etag, tags, conditions))
        {
            throw NotMet();
        }
    }

    /// <summary>For a read of what is there.</summary>
    /// <returns>False where the caller has it already (304).</returns>
    /// <exception cref="StorageException">One does not hold.</exception>
    public static bool DemandRead(long etag, long modified, IReadOnlyDictionary<string, string>? tags, Conditions conditions)
    {
        ArgumentNullException.ThrowIfNull(conditions);
        if (!Matches(etag, conditions) || !IsUnmodified(etag, modified, conditions) || !TagsMatch(etag, tags, conditions))
        {
            throw NotMet();
        }

        return conditions.IfNoneMatch is null ? IsModified(etag, modified, conditions) : !DoesMatch(etag, conditions);
    }

    /// <summary>412.</summary>
    public static StorageException NotMet() => new("ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.");

    private static bool Matches(long? etag, Conditions conditions) => conditions.IfMatch is null || Holds(conditions.IfMatch, etag);

    private static bool DoesMatch(long? etag, Conditions conditions) => conditions.IfNoneMatch is not null && Holds(conditions.IfNoneMatch, etag);

    private static bool Holds(IReadOnlyList<string> tags, long? etag)
    {
        if (etag is not { } there)
        {
            return false;
        }

        var bare = Tag(there).Trim('"');
        return tags.Any(tag => tag == Any || tag.Trim('"').Equals(bare, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Headers have whole seconds, so what is compared has them too.</summary>
    private static bool IsModified(long? etag, long modified, Conditions conditions) =>
        etag is null || conditions.IfModifiedSince is not { } since || Seconds(modified) > Seconds(since.UtcTicks);

    private static bool IsUnmodified(long? etag, long modified, Conditions conditions) =>
        conditions.IfUnmodifiedSince is not { } since || (etag is not null && Seconds(modified) <= Seconds(since.UtcTicks));

    private static bool TagsMatch(long? etag, IReadOnlyDictionary<string, string>? tags, Conditions conditions) =>
        conditions.IfTags is not { } expression || (etag is not null && expression.Matches(tags ?? new Dictionary<string, string>()));

    private static long Seconds(long ticks) => ticks / TimeSpan.TicksPerSecond;
}
