using Atrium.Storage.Contents;
using Atrium.Storage.Sealing;

namespace Atrium.Storage.Blobs;

/// <summary>Bytes that came from a caller and that nothing refers to yet.</summary>
/// <param name="Id">Of the bytes.</param>
/// <param name="Length">How many.</param>
/// <param name="Row">The bytes as they are kept, sealed where their id says so, where they are so few that they go into a row; else they are in the content store.</param>
public sealed record Upload(ContentId Id, long Length, byte[]? Row)
{
    /// <summary>Whether they go into a row.</summary>
    public bool IsRow => Row is not null;
}

/// <summary>Takes bytes in, and keeps whoever reads from having them swept away.</summary>
public sealed class Uploads(IContentStore contents, IContentKeys keys, TimeProvider clock)
{
    /// <summary>Content up to this size lies in a row, written by the one commit that every write needs anyway.</summary>
    public const int RowBytes = 16 * 1024;

    /// <summary>Reads exactly so many bytes and makes them durable, but for those that go into a row. Sealed where the container's contents are.</summary>
    /// <param name="account">The account's own id.</param>
    /// <param name="container">For which they are.</param>
    /// <param name="content">What.</param>
    /// <param name="length">How many bytes.</param>
    /// <param name="cancellationToken">Before they are durable.</param>
    /// <exception cref="EndOfStreamException">Fewer came.</exception>
    public async Task<Upload> TakeAsync(Guid account, string container, Stream content, long length, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var key = await keys.ForAsync(account, container, cancellationToken);
        if (key is null)
        {
            return await KeepAsync(ContentId.New(account, clock.GetUtcNow()), length, content, length, cancellationToken);
        }

        var id = ContentId.NewSealed(account, clock.GetUtcNow());
        await using var sealing = Seals.Seal(content, length, key, id.ToString());
        return await KeepAsync(id, length, sealing, Seals.SealedLength(length), cancellationToken);
    }

    private async Task<Upload> KeepAsync(ContentId id, long length, Stream kept, long keptLength, CancellationToken cancellationToken)
    {
        if (length <= RowBytes)
        {
            var bytes = new byte[keptLength];
            await kept.ReadExactlyAsync(bytes, cancellationToken);
            return new(id, length, bytes);
        }

        await contents.PutAsync(id, kept, keptLength, cancellationToken);
        return new(id, length, null);
    }

    /// <summary>Deletes what was taken in for nothing. Where that fails the sweep finds it.</summary>
    public async Task DropAsync(Upload upload)
    {
        ArgumentNullException.ThrowIfNull(upload);
        if (upload.IsRow)
        {
            return;
        }

        try
        {
            await contents.DeleteAsync(upload.Id, CancellationToken.None);
        }
        catch (IOException)
        {
        }
    }
}
