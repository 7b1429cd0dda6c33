namespace Atrium.Storage.Contents;

/// <summary>
/// Where the bytes of blobs lie: a folder, a bucket, a container elsewhere. Bytes are written once under a new id and never changed, so they need no lock and
/// no order; what refers to them is in the rows. <c>ContentStoreContractTests</c> says what each must do.
/// </summary>
public interface IContentStore
{
    /// <summary>As the operator writes it.</summary>
    string Name { get; }

    /// <summary>Writes exactly <paramref name="length"/> bytes. When it returns they are durable; where it throws nothing is there, or what is there may be deleted.</summary>
    /// <exception cref="EndOfStreamException">The stream ended before that.</exception>
    /// <exception cref="IOException">They could not be written: the disk is full, the other side does not answer.</exception>
    Task PutAsync(ContentId id, Stream content, long length, CancellationToken cancellationToken);

    /// <summary>The bytes from an offset on. They are there.</summary>
    /// <exception cref="FileNotFoundException">They are not.</exception>
    ValueTask<Stream> OpenAsync(ContentId id, long offset, long length, CancellationToken cancellationToken);

    /// <summary>Deletes the bytes, which need not be there.</summary>
    Task DeleteAsync(ContentId id, CancellationToken cancellationToken);

    /// <summary>All ids of which there is something, in no order.</summary>
    IAsyncEnumerable<ContentId> ListAsync(CancellationToken cancellationToken);
}
