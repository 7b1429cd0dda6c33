using Atrium.Storage.Contents;

namespace Atrium.Storage.Blobs;

/// <summary>Bytes that came from a caller and that nothing refers to yet.</summary>
/// <param name="Id">Of the bytes.</param>
/// <param name="Length">How many.</param>
/// <param name="Row">The bytes themselves where they are so few that they go into a row; else they are in the content store.</param>
public sealed record Upload(ContentId Id, long Length, byte[]? Row)
{
    /// <summary>Whether they go into a row.</summary>
    public bool IsRow => Row is not null;
}

/// <summary>Takes bytes in, and keeps whoever reads from having them swept away.</summary>
public sealed class Uploads(IContentStore contents, TimeProvider clock)
{
    /// <summary>Content up to this size lies in a row, written by the one commit that every write needs anyway.</summary>
    public const int RowBytes = 16 * 1024;

    /// <summary>Reads exactly so many bytes and makes them durable, but for those that go into a row.</summary>
    /// <exception cref="EndOfStreamException">Fewer came.</exception>
    public async Task<Upload> TakeAsync(Guid account, Stream content, long length, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(content);
        var id = ContentId.New(account, clock.GetUtcNow());
        if (length <= RowBytes)
        {
            var bytes = new byte[length];
            await content.ReadExactlyAsync(bytes, cancellationToken);
            return new(id, length, bytes);
        }

        await contents.PutAsync(id, content, length, cancellationToken);
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
