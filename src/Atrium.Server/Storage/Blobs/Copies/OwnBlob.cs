using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs.Copies;

/// <summary>A blob of this server that a URL names.</summary>
/// <param name="Account">Its account; null for one that is not there.</param>
/// <param name="Asked">The account's name as the address has it, with the service.</param>
/// <param name="Target">Container and blob.</param>
/// <param name="Snapshot">Of the query; empty for none.</param>
internal sealed record OwnBlob(StorageAccount? Account, string Asked, BlobTarget Target, string Snapshot)
{
    public BlobAddress Address => new(Account!.Data, Target.Container!, Target.Blob!, BlobHeaderRules.ReadSnapshot(Snapshot.Length == 0 ? null : Snapshot));
}

/// <summary>Tells URLs that lead to this server's own blobs: they are read right here, and not fetched.</summary>
internal sealed class OwnBlobs(StorageAccounts accounts, OwnAddresses own)
{
    /// <summary>Null for a URL that leads elsewhere, or to no blob.</summary>
    /// <param name="url">Which.</param>
    /// <param name="host">By what name the caller reached us; null where nobody called.</param>
    /// <param name="cancellationToken">Ends the look-up.</param>
    public async ValueTask<OwnBlob?> FindAsync(Uri url, string? host, CancellationToken cancellationToken)
    {
        if (own.ServiceOf(url, host) is not { } service || !service.EndsWith(StorageServices.Blob, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var target = BlobTarget.Read(url.PathAndQuery, service, isContainer: false);
        if (target is not { Container: { } container, Blob: { } blob } || !BlobTarget.IsContainerName(container) || !BlobTarget.IsBlobName(blob))
        {
            return null;
        }

        var name = service[..^StorageServices.Blob.Length];
        var snapshot = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(url.Query).GetValueOrDefault("snapshot");
        return new((await accounts.ReadAsync(cancellationToken)).Find(name), service, target, (string?)snapshot ?? "");
    }
}
