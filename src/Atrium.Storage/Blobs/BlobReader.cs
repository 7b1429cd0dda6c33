using Atrium.Storage.Contents;

namespace Atrium.Storage.Blobs;

/// <summary>The bytes of blobs.</summary>
public sealed class BlobReader(BlobRows rows, IContentStore contents)
{
    /// <summary>A range of a blob, which is within it. One piece after the other is opened as the stream is read.</summary>
    public async ValueTask<Stream> OpenAsync(Guid account, StoredBlob blob, long offset, long length, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        return new PieceStream(account, rows, contents, await PiecesAsync(account, blob, cancellationToken), offset, length);
    }

    private async ValueTask<IReadOnlyList<Piece>> PiecesAsync(Guid account, StoredBlob blob, CancellationToken cancellationToken)
    {
        if (blob.Content is not { } content)
        {
            return [];
        }

        if (!content.IsList)
        {
            return [new(content.Id, blob.Length, content.IsRow, [])];
        }

        var chunks = await rows.Store.ListAsync(BlobKeys.ListOf(account, content.Id), int.MaxValue, cancellationToken);
        return [.. chunks.SelectMany(row => PieceList.Read(row.Value)).Take(content.Parts)];
    }
}
