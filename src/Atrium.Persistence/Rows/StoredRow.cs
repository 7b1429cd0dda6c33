namespace Atrium.Persistence.Rows;

/// <summary>A row.</summary>
public sealed record StoredRow(byte[] Key, byte[] Value);

/// <summary>The keys from one on to before another, by their bytes.</summary>
/// <param name="From">The first key that may be in it.</param>
/// <param name="Before">The first key behind it.</param>
public readonly record struct RowRange(byte[] From, byte[] Before)
{
    /// <summary>All keys that begin with these bytes.</summary>
    public static RowRange Of(byte[] prefix) => new(prefix, RowKeys.Next(prefix));

    /// <summary>What of the range is behind a key.</summary>
    public RowRange After(byte[] key) => this with { From = [.. key, 0] };
}

/// <summary>Bounds of keys. Pure.</summary>
public static class RowKeys
{
    /// <summary>The smallest key that is greater than all that begin with the prefix.</summary>
    /// <exception cref="ArgumentException">There is none: the prefix is empty or has no byte below 255.</exception>
    public static byte[] Next(ReadOnlySpan<byte> prefix)
    {
        var last = prefix.LastIndexOfAnyExcept(byte.MaxValue);
        if (last < 0)
        {
            throw new ArgumentException("No key is greater than all with this prefix.", nameof(prefix));
        }

        var next = prefix[..(last + 1)].ToArray();
        next[last]++;
        return next;
    }
}

/// <summary>How large keys may be: an index entry of PostgreSQL has at most 2,704 bytes. SQLite obeys the same, so that data can move.</summary>
public static class RowLimits
{
    /// <summary>A key.</summary>
    public const int KeyBytes = 2600;
}
