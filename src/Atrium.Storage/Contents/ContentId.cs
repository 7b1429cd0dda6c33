using System.Buffers.Binary;

namespace Atrium.Storage.Contents;

/// <summary>Names some bytes that were written once and never change.</summary>
/// <param name="Account">Whose they are.</param>
/// <param name="Value">Their own id, of which the first part tells when it was made.</param>
public readonly record struct ContentId(Guid Account, Guid Value)
{
    /// <summary>Version 8 of RFC 9562 is for forms of one's own; all else is as in version 7.</summary>
    private const int SealedVersion = 8;
    private const int VersionAt = 6;

    /// <summary>Whether the bytes are sealed.</summary>
    public bool IsSealed => Value.Version == SealedVersion;

    /// <summary>When it was made, to the millisecond.</summary>
    public DateTimeOffset CreatedAt
    {
        get
        {
            Span<byte> time = stackalloc byte[8];
            Value.ToByteArray(bigEndian: true).AsSpan(0, 6).CopyTo(time[2..]);
            return DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(time));
        }
    }

    /// <summary>A new one.</summary>
    public static ContentId New(Guid account, DateTimeOffset now) => new(account, Guid.CreateVersion7(now));

    /// <summary>A new one for bytes that are sealed.</summary>
    public static ContentId NewSealed(Guid account, DateTimeOffset now)
    {
        var bytes = Guid.CreateVersion7(now).ToByteArray(bigEndian: true);
        bytes[VersionAt] = (byte)((bytes[VersionAt] & 0x0F) | (SealedVersion << 4));
        return new(account, new(bytes, bigEndian: true));
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string text, out ContentId id)
    {
        ArgumentNullException.ThrowIfNull(text);
        id = default;
        if (text.Split('/') is not [var account, _, var value] || !Guid.TryParseExact(account, "N", out var owner) || !Guid.TryParseExact(value, "N", out var own))
        {
            return false;
        }

        id = new(owner, own);
        return id.ToString() == text;
    }

    /// <summary>As a path: the account, the last byte (which is random), the id.</summary>
    public override string ToString() => $"{Account:N}/{Value.ToString("N")[^2..]}/{Value:N}";
}
