using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs;

/// <summary>A call of a blob service under way.</summary>
internal sealed class BlobCall : StorageCall
{
    public required BlobTarget Target { get; init; }

    public string Container => Target.Container!;

    /// <summary>The blob, or the snapshot that the query names.</summary>
    public BlobAddress Address => new(Account.Data, Container, Target.Blob!, BlobHeaderRules.ReadSnapshot(Query("snapshot")));
}
