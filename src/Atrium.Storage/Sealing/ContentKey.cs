namespace Atrium.Storage.Sealing;

/// <summary>A key under which contents are sealed, for as long as it is held. Whoever holds it does not keep it longer than one content takes.</summary>
public abstract class ContentKey : IDisposable
{
    /// <summary>Which it is; stands in the header of what it seals.</summary>
    public abstract Guid Id { get; }

    /// <summary>The key of one content, by HKDF-SHA256 (RFC 5869).</summary>
    /// <param name="salt">Of the content's own.</param>
    /// <param name="info">What the key is for.</param>
    /// <param name="key">Takes it.</param>
    public abstract void Derive(ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> key);

    /// <summary>Returns while the key may still be used; throws what tells the caller why not once it was withdrawn.</summary>
    public abstract void DemandUsable();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the key back.</summary>
    protected abstract void Dispose(bool disposing);
}

/// <summary>Which contents are sealed, and under which keys.</summary>
public interface IContentKeys
{
    /// <summary>The key for what is written into a container from now on; null where it is to lie there as it came.</summary>
    /// <param name="account">The account's own id.</param>
    /// <param name="container">Name of the container.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    ValueTask<ContentKey?> ForAsync(Guid account, string container, CancellationToken cancellationToken);

    /// <summary>The key that a header names. Throws what tells the caller why where it may not be used now.</summary>
    ValueTask<ContentKey> OpenAsync(Guid key, CancellationToken cancellationToken);
}
