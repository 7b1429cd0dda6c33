using Atrium.Storage.Contents;
using Atrium.Storage.Sealing;

namespace Atrium.Storage.Blobs;

/// <summary>A range over pieces, read from one after the other. Ends the reading that it is given when it is disposed.</summary>
internal sealed class PieceStream(
    Guid account, BlobRows rows, IContentStore contents, IContentKeys keys, IReadOnlyList<Piece> pieces, long offset, long length, IDisposable? reading = null) : ForwardStream
{
    private int next;
    private long skip = offset;
    private long left = length;
    private Stream? current;
    private long leftInCurrent;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (left == 0 || buffer.Length == 0)
        {
            return 0;
        }

        while (leftInCurrent == 0)
        {
            await OpenNextAsync(cancellationToken);
        }

        var wanted = (int)Math.Min(buffer.Length, Math.Min(left, leftInCurrent));
        var read = await current!.ReadAsync(buffer[..wanted], cancellationToken);
        if (read == 0)
        {
            throw new EndOfStreamException("A piece of the content is shorter than it was written.");
        }

        left -= read;
        leftInCurrent -= read;
        return read;
    }

    /// <summary>Opens the first piece, so that what is read from then on is there to the end.</summary>
    public async ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        while (left > 0 && leftInCurrent == 0)
        {
            await OpenNextAsync(cancellationToken);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (current is not null)
        {
            await current.DisposeAsync();
            current = null;
        }

        reading?.Dispose();
        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        current?.Dispose();
        reading?.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask OpenNextAsync(CancellationToken cancellationToken)
    {
        if (current is not null)
        {
            await current.DisposeAsync();
            current = null;
        }

        var piece = pieces[next++];
        if (skip >= piece.Length)
        {
            skip -= piece.Length;
            return;
        }

        leftInCurrent = Math.Min(piece.Length - skip, left);
        current = await OpenAsync(piece, cancellationToken);
        skip = 0;
    }

    private async ValueTask<Stream> OpenAsync(Piece piece, CancellationToken cancellationToken)
    {
        var id = new ContentId(account, piece.Id);
        var row = piece.IsRow ? await RowAsync(piece, cancellationToken) : null;
        return (row, id.IsSealed) switch
        {
            (null, false) => await contents.OpenAsync(id, skip, leftInCurrent, cancellationToken),
            (null, true) => await Seals.OpenAsync((at, token) => contents.OpenAsync(id, at, Seals.SealedLength(piece.Length) - at, token), keys, id.ToString(), skip, cancellationToken),
            (_, false) => new MemoryStream(row, (int)skip, (int)leftInCurrent),
            (_, true) => await Seals.OpenAsync((at, _) => new(new MemoryStream(row) { Position = at }), keys, id.ToString(), skip, cancellationToken),
        };
    }

    /// <exception cref="FileNotFoundException">The blob was written over since its row was read.</exception>
    private async ValueTask<byte[]> RowAsync(Piece piece, CancellationToken cancellationToken) =>
        await rows.Store.FindAsync(BlobKeys.OfInline(account, piece.Id), cancellationToken) ?? throw new FileNotFoundException("The content is no longer there.");
}
