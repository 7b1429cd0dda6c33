using System.Buffers;
using System.Buffers.Binary;

namespace Atrium.Storage.Blobs;

/// <summary>Writes a blob from a stream of unknown length: in pieces, in the memory of one.</summary>
public sealed class BlobWriter(BlobStore blobs, Uploads uploads)
{
    private const int PieceBytes = 8 * 1024 * 1024;

    /// <summary>Reads the stream to its end and makes a blob of it, over what is there. Where it fails nothing is written.</summary>
    /// <param name="at">Where.</param>
    /// <param name="kind">Which kind it shall be.</param>
    /// <param name="content">What.</param>
    /// <param name="most">More bytes are refused.</param>
    /// <param name="write">What comes with it.</param>
    /// <param name="cancellationToken">Before it is written.</param>
    public async Task<StoredBlob> WriteAsync(BlobAddress at, BlobKind kind, Stream content, long most, BlobWrite write, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(at);
        ArgumentNullException.ThrowIfNull(content);
        var taken = new List<Upload>();
        var buffer = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            await TakeAsync(at, content, most, buffer, taken, cancellationToken);
            return await LandAsync(at, kind, taken, write, cancellationToken);
        }
        catch
        {
            foreach (var upload in taken)
            {
                await uploads.DropAsync(upload);
            }

            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task TakeAsync(BlobAddress at, Stream content, long most, byte[] buffer, List<Upload> taken, CancellationToken cancellationToken)
    {
        long length = 0;
        for (int read; (read = await content.ReadAtLeastAsync(buffer.AsMemory(0, PieceBytes), PieceBytes, throwOnEndOfStream: false, cancellationToken)) > 0;)
        {
            length += read;
            if (length > most)
            {
                throw new StorageException("RequestBodyTooLarge", $"There are more than {most} bytes.");
            }

            using var piece = new MemoryStream(buffer, 0, read, writable: false);
            taken.Add(await uploads.TakeAsync(at.Account, at.Container, piece, read, cancellationToken));
        }
    }

    private Task<StoredBlob> LandAsync(BlobAddress at, BlobKind kind, List<Upload> taken, BlobWrite write, CancellationToken cancellationToken) => taken.Count == 0 || (taken.Count == 1 && kind == BlobKind.Block)
        ? blobs.PutAsync(at, kind, taken.FirstOrDefault(), write, cancellationToken)
        : blobs.ReplaceAsync(
            at,
            write,
            async (transaction, _, _) =>
            {
                foreach (var upload in taken)
                {
                    await transaction.KeepAsync(upload.Id.Value, upload.IsRow, upload.Row);
                }

                var pieces = taken.Select((upload, index) => new Piece(upload.Id.Value, upload.Length, upload.IsRow, BlockId(index))).ToList();
                return (kind, await transaction.WriteListAsync(pieces), pieces.Sum(p => p.Length));
            },
            cancellationToken);

    private static byte[] BlockId(int index)
    {
        var id = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(id, index);
        return id;
    }
}
