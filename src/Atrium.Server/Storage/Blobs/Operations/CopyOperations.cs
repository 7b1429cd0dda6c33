using System.Globalization;
using Atrium.Server.Hosting;
using Atrium.Server.Storage.Blobs.Copies;
using Atrium.Server.Storage.Wire;
using Atrium.Storage;
using Atrium.Storage.Blobs;
using Atrium.Storage.Contents;
using Atrium.Storage.Sealing;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>
/// Copies. All of them are done when they are answered, those too that the published service does later. A block blob of the same account is copied without
/// moving a byte.
/// </summary>
internal sealed class CopyOperations(
    CopySources sources, BlobStore blobs, BlobWriter writer, BlockStore blocks, AppendStore appends, Uploads uploads, IContentKeys keys)
{
    private const string Source = "x-ms-copy-source";
    private const long MostCopyBytes = 64L * 1024 * 1024 * 1024;
    private const long MostSyncBytes = 256L * 1024 * 1024;
    private const long MostPutBytes = 5000L * 1024 * 1024;
    private const long MostBlockBytes = 4000L * 1024 * 1024;
    private const long MostAppendBytes = 100L * 1024 * 1024;

    public IEnumerable<BlobOperation> All =>
    [
        new("CopyBlob", "PUT", BlobLevel.Blob, "", BlobRight.Put, (call, token) => CopyAsync(call, MostCopyBytes, token)) { Header = Source },
        new("CopyBlobFromURL", "PUT", BlobLevel.Blob, "", BlobRight.Put, (call, token) => CopyAsync(call, MostSyncBytes, token)) { Header = Source, SecondHeader = "x-ms-requires-sync" },
        new("PutBlobFromURL", "PUT", BlobLevel.Blob, "", BlobRight.Put, PutAsync) { Header = Source, SecondHeader = "x-ms-blob-type" },
        new("PutBlockFromURL", "PUT", BlobLevel.Blob, "block", BlobRight.PutBlocks, PutBlockAsync) { Header = Source },
        new("AppendBlockFromURL", "PUT", BlobLevel.Blob, "appendblock", BlobRight.Append, AppendAsync) { Header = Source },
        new("AbortCopyBlob", "PUT", BlobLevel.Blob, "copy", BlobRight.Write, AbortAsync),
    ];

    private async Task CopyAsync(BlobCall call, long most, CancellationToken cancellationToken)
    {
        var url = CopySources.Read(call);
        var conditions = BlobHeaderRules.ReadConditions(call);
        await blobs.DemandWritableAsync(call.Address, conditions, cancellationToken);
        var blob = await ShareAsync(call, url, Write, cancellationToken);
        if (blob is null)
        {
            await using var source = await sources.OpenAsync(call, url, cancellationToken);
            blob = await writer.WriteAsync(call.Address, source.Kind, source.Content, most, Write(source.Headers, source.Metadata, source.Length ?? 0), cancellationToken);
        }

        BlobView.Stamp(call, blob);
        call.Set("x-ms-copy-id", blob.Copy!.Id);
        call.Set("x-ms-copy-status", "success");
        call.Answer(StatusCodes.Status202Accepted);

        BlobWrite Write(BlobHeaders headers, IReadOnlyDictionary<string, string>? metadata, long length) => new()
        {
            Headers = headers,
            Metadata = HeaderRules.ReadMetadata(call.Request) ?? metadata,
            Tags = BlobHeaderRules.ReadTags(call.Header("x-ms-tags")),
            Tier = Tiers.Read(call),
            Copy = new(Guid.NewGuid().ToString(), CopySources.Show(url), call.Now.UtcTicks, length),
            Conditions = conditions,
        };
    }

    private async Task PutAsync(BlobCall call, CancellationToken cancellationToken)
    {
        if (call.Header("x-ms-blob-type") != "BlockBlob")
        {
            throw BlobCall.BadHeader("x-ms-blob-type", "BlockBlob.");
        }

        var url = CopySources.Read(call);
        var conditions = BlobHeaderRules.ReadConditions(call);
        await blobs.DemandWritableAsync(call.Address, conditions, cancellationToken);
        var copies = call.Header("x-ms-copy-source-blob-properties") is null || call.Is("x-ms-copy-source-blob-properties");
        var own = BlobHeaderRules.ReadHeaders(call);
        await using var source = await sources.OpenAsync(call, url, cancellationToken);
        await using var summing = new SummingStream(source.Content, md5: true, crc64: false);
        var headers = copies
            ? new()
            {
                ContentType = call.Header("x-ms-blob-content-type") ?? source.Headers.ContentType,
                ContentEncoding = own.ContentEncoding ?? source.Headers.ContentEncoding,
                ContentLanguage = own.ContentLanguage ?? source.Headers.ContentLanguage,
                ContentDisposition = own.ContentDisposition ?? source.Headers.ContentDisposition,
                CacheControl = own.CacheControl ?? source.Headers.CacheControl,
            }
            : own;
        var tags = "COPY".Equals(call.Header("x-ms-copy-source-tag-option"), StringComparison.OrdinalIgnoreCase) ? source.Tags : BlobHeaderRules.ReadTags(call.Header("x-ms-tags"));
        var wanted = HeaderRules.ReadMd5(call, "x-ms-source-content-md5");
        await using var proved = new ProvedStream(summing, async () => wanted is null || (await summing.SumAsync()).Md5.AsSpan().SequenceEqual(wanted));
        var write = new BlobWrite { Headers = headers, Metadata = HeaderRules.ReadMetadata(call.Request) ?? (copies ? source.Metadata : null), Tags = tags, Tier = Tiers.Read(call), Conditions = conditions };
        var blob = await writer.WriteAsync(call.Address, BlobKind.Block, proved, MostPutBytes, write, cancellationToken);
        BlobView.Stamp(call, blob);
        BlobView.StampEncrypted(call, blob);
        call.Answer(StatusCodes.Status201Created);
    }

    private async Task PutBlockAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var id = BlockOperations.ReadId(call.Query("blockid"));
        var leaseId = BlobHeaderRules.ReadConditions(call).LeaseId;
        await blobs.DemandWritableAsync(call.Address, Conditions.None with { LeaseId = leaseId }, cancellationToken);
        await LandAsync(
            call,
            MostBlockBytes,
            async upload =>
            {
                await blocks.StageAsync(call.Address, id, upload, leaseId, cancellationToken);
                BlobView.StampEncrypted(call, upload);
                call.Answer(StatusCodes.Status201Created);
            },
            cancellationToken);
    }

    private async Task AppendAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var conditions = BlobHeaderRules.ReadConditions(call);
        await blobs.DemandWritableAsync(call.Address, conditions, cancellationToken);
        await LandAsync(
            call,
            MostAppendBytes,
            async upload =>
            {
                var (blob, offset) = await appends.AppendAsync(call.Address, upload, AppendOperations.ReadPlace(call), conditions, cancellationToken);
                AppendOperations.Answer(call, blob, offset, upload);
            },
            cancellationToken);
    }

    private static Task AbortAsync(BlobCall call, CancellationToken cancellationToken) =>
        throw ApiException.Published(StatusCodes.Status409Conflict, "NoPendingCopyOperation", "There is currently no pending copy operation: copies are done when they are answered.");

    /// <summary>Takes a part of a source in, and has it written where it belongs.</summary>
    private async Task LandAsync(BlobCall call, long most, Func<Upload, Task> write, CancellationToken cancellationToken)
    {
        await using var source = await sources.OpenAsync(call, CopySources.Read(call), cancellationToken);
        if (source.Length is not (> 0 and var length) || length > most)
        {
            throw CopyRefusals.Unreadable($"Its length must be known and 1 to {most} bytes; it is {source.Length?.ToString(CultureInfo.InvariantCulture) ?? "not known"}.");
        }

        var md5 = HeaderRules.ReadMd5(call, "x-ms-source-content-md5");
        await using var summing = new SummingStream(source.Content, md5: md5 is not null, crc64: md5 is null);
        var upload = await TakeAsync(call, summing, length, cancellationToken);
        var sums = await summing.SumAsync();
        try
        {
            if (md5 is not null && !md5.AsSpan().SequenceEqual(sums.Md5))
            {
                throw ApiException.BadRequest("Md5Mismatch", "The MD5 value specified in the request did not match with the MD5 value calculated by the server.");
            }

            await write(upload);
        }
        catch
        {
            await uploads.DropAsync(upload);
            throw;
        }

        if (sums.Crc64 is { } crc64)
        {
            call.Set("x-ms-content-crc64", Convert.ToBase64String(crc64));
        }
        else
        {
            call.Response.Headers.ContentMD5 = Convert.ToBase64String(sums.Md5!);
        }
    }

    private async Task<Upload> TakeAsync(BlobCall call, Stream content, long length, CancellationToken cancellationToken)
    {
        try
        {
            return await uploads.TakeAsync(call.Account.Data, call.Container, content, length, cancellationToken);
        }
        catch (EndOfStreamException)
        {
            throw CopyRefusals.Unreadable("It ended before the length that it announced.");
        }
    }

    /// <summary>Whether both containers' contents lie under the same key, or in clear: else what one project's key protects would lie in another's container.</summary>
    private async ValueTask<bool> HaveOneKeyAsync(BlobCall call, OwnBlob source, CancellationToken cancellationToken)
    {
        using var from = await keys.ForAsync(source.Account!.Data, source.Target.Container!, cancellationToken);
        using var to = await keys.ForAsync(call.Account.Data, call.Container, cancellationToken);
        return from?.Id == to?.Id;
    }

    /// <summary>Null where bytes must move: another account, another server, another key, an append blob.</summary>
    private async Task<StoredBlob?> ShareAsync(BlobCall call, Uri url, Func<BlobHeaders, IReadOnlyDictionary<string, string>?, long, BlobWrite> write, CancellationToken cancellationToken)
    {
        if (await sources.FindOwnAsync(call, url, cancellationToken) is not { } found || found.Account!.Id != call.Account.Id || !await HaveOneKeyAsync(call, found, cancellationToken))
        {
            return null;
        }

        try
        {
            return await blobs.FindAsync(found.Address, cancellationToken) is { Kind: BlobKind.Append } ? null : await blobs.ShareAsync(
                call.Address, found.Address, BlobHeaderRules.ReadSourceConditions(call), blob => write(blob.Headers ?? BlobHeaders.None, blob.Metadata, blob.Length), cancellationToken);
        }
        catch (StorageException missing) when (missing.Code == StorageFaults.NoBlob().Code || (missing.Code == StorageFaults.NoContainer().Code && found.Target.Container != call.Container))
        {
            throw CopyRefusals.Missing();
        }
    }
}
