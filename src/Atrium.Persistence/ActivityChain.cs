using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Atrium.Persistence;

/// <summary>
/// Binds each row of the activity log to the one before it: its hash is the HMAC-SHA-256, under a key that is not in the database, of the hash before it and of
/// everything the row says. Who changes, removes or moves a row without the key breaks the chain at that row.
/// </summary>
public sealed class ActivityChain
{
    /// <summary>Bytes of a hash.</summary>
    public const int HashBytes = HMACSHA256.HashSizeInBytes;

    private readonly byte[] key;

    /// <param name="key">Secret; a chain is checked with the key it was made with.</param>
    public ActivityChain(ReadOnlySpan<byte> key) => this.key = key.ToArray();

    /// <summary>What comes before the first row.</summary>
    public static byte[] Beginning { get; } = new byte[HashBytes];

    /// <summary>The hash of a row behind another one. The row's sequence is part of it.</summary>
    public byte[] Next(ReadOnlySpan<byte> before, ActivityRow row)
    {
        ArgumentNullException.ThrowIfNull(row);
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        hash.AppendData(before);
        Append(hash, row.Sequence);
        Append(hash, Sql.Columns.ToColumn(row.Time));
        foreach (var text in (string?[])[row.Operation, row.ResourceId, row.Caller, row.CorrelationId, row.Status, row.Properties])
        {
            // Each with its length, so that nothing moves from one field to the next unseen.
            var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
            Append(hash, text is null ? -1 : bytes.Length);
            hash.AppendData(bytes);
        }

        Append(hash, row.HttpStatus);
        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, long number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        hash.AppendData(bytes);
    }
}

/// <summary>Where the activity log ends.</summary>
/// <param name="Sequence">Number of the last row; 0 for none.</param>
/// <param name="Hash">Its hash.</param>
public sealed record ActivityHead(long Sequence, byte[] Hash);

/// <summary>What a check of the activity log found.</summary>
public sealed record ActivityVerdict
{
    /// <summary>Rows that were checked.</summary>
    public required long Checked { get; init; }

    /// <summary>Rows from before the log was chained, which nothing proves.</summary>
    public required long Unchained { get; init; }

    /// <summary>The end of the log as the database has it.</summary>
    public required ActivityHead Head { get; init; }

    /// <summary>Number of the first row that is wrong or lacking; null when all is well.</summary>
    public long? FirstBad { get; init; }

    /// <summary>What is wrong there, a sentence; null when all is well.</summary>
    public string? Wrong { get; init; }
}
