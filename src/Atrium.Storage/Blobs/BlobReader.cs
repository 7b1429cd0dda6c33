using Atrium.Storage.Contents;
using Atrium.Storage.Sealing;

namespace Atrium.Storage.Blobs;

/// <summary>The bytes of blobs.</summary>
public sealed class BlobReader(BlobRows rows, IContentStore contents, IContentKeys keys, ReadGate gate)
{
    /// <summary>How often a read begins anew when the blob is written over between its row and its content.</summary>
    private const int MaxTries = 20;

    /// <summary>A blob and the whole of its content; null where there is none. What is read stays until the stream is disposed.</summary>
    /// <exception cref="StorageException">There is no container.</exception>
    public Task<(StoredBlob Blob, Stream Content)?> OpenAsync(BlobAddress at, CancellationToken cancellationToken) => OpenAsync(at, blob => (0, blob.Length), cancellationToken);

    /// <summary>The same for a part of the content, which the blob as it is then decides.</summary>
    public async Task<(StoredBlob Blob, Stream Content)?> OpenAsync(BlobAddress at, Func<StoredBlob, (long Offset, long Length)> part, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(part);
        for (var attempt = 1; ; attempt++)
        {
            var reading = gate.Enter();
            try
            {
                var container = await rows.DemandContainerAsync(at.Account, at.Container, cancellationToken);
                if (await rows.FindBlobAsync(at, container.Id, cancellationToken) is not { } blob)
                {
                    reading.Dispose();
                    return null;
                }

                var (offset, length) = part(blob);
                var content = new PieceStream(at.Account, rows, contents, keys, await PiecesAsync(at.Account, blob, cancellationToken), offset, length, reading);
                await content.PrepareAsync(cancellationToken);
                return (blob, content);
            }
            catch (FileNotFoundException) when (attempt < MaxTries)
            {
                reading.Dispose();
            }
            catch
            {
                reading.Dispose();
                throw;
            }
        }
    }

    /// <summary>A range of a blob, which is within it. One piece after the other is opened as the stream is read.</summary>
    public async ValueTask<Stream> OpenAsync(Guid account, StoredBlob blob, long offset, long length, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(blob);
        return new PieceStream(account, rows, contents, keys, await PiecesAsync(account, blob, cancellationToken), offset, length);
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
