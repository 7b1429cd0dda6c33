using System.Buffers;
using System.Globalization;
using Atrium.Server.Hosting;
using Atrium.Server.Storage.Wire;
using Atrium.Storage;
using Atrium.Storage.Blobs;
using Atrium.Storage.Contents;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>Operations on blobs as wholes.</summary>
internal sealed class BlobOperations(BlobStore blobs, BlobReader reader, ReadGate gate, BodyTaker bodies)
{
    private const long MostPutBytes = 5000L * 1024 * 1024;
    private const int CopyBytes = 256 * 1024;

    /// <summary>The most that a checksum is made of for a range.</summary>
    private const int MostHashedRange = 4 * 1024 * 1024;

    /// <summary>How often a read begins anew when the blob is written over between its row and its content.</summary>
    private const int MaxTries = 20;

    public IEnumerable<BlobOperation> All =>
    [
        new("PutBlob", "PUT", BlobLevel.Blob, "", BlobRight.Put, PutAsync),
        new("GetBlob", "GET", BlobLevel.Blob, "", BlobRight.Read, GetAsync),
        new("GetBlobProperties", "HEAD", BlobLevel.Blob, "", BlobRight.Read, ShowAsync),
        new("DeleteBlob", "DELETE", BlobLevel.Blob, "", BlobRight.Delete, DeleteAsync),
    ];

    private async Task PutAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var kind = call.Header("x-ms-blob-type") switch
        {
            "BlockBlob" => BlobKind.Block,
            "AppendBlob" => BlobKind.Append,
            "PageBlob" => throw ApiException.NotBuilt("A page blob"),
            null => throw ApiException.BadRequest("MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified: x-ms-blob-type.", "x-ms-blob-type"),
            _ => throw BlobCall.BadHeader("x-ms-blob-type", "BlockBlob, AppendBlob or PageBlob."),
        };
        var write = new BlobWrite
        {
            Headers = BlobHeaderRules.ReadHeaders(call, call.Request.ContentType),
            Metadata = HeaderRules.ReadMetadata(call.Request),
            Tags = BlobHeaderRules.ReadTags(call.Header("x-ms-tags")),
            Tier = Tiers.Read(call),
            Conditions = BlobHeaderRules.ReadConditions(call),
        };
        if (kind == BlobKind.Append && call.Request.ContentLength > 0)
        {
            throw BlobCall.BadHeader("Content-Length", "0 for an append blob.");
        }

        await blobs.DemandWritableAsync(call.Address, write.Conditions, cancellationToken);
        var taken = await bodies.TakeAsync(call, MostPutBytes, wantsMd5: kind == BlobKind.Block, cancellationToken);
        if (write.Headers.ContentMd5 is null && kind == BlobKind.Block)
        {
            write = write with { Headers = write.Headers with { ContentMd5 = taken.Md5 } };
        }

        var blob = await bodies.LandAsync(taken, () => blobs.PutAsync(call.Address, kind, taken.Upload, write, cancellationToken));
        BlobView.Stamp(call, blob);
        BlobView.StampSums(call, taken);
        BlobView.StampEncrypted(call, taken.Upload);
        call.Answer(StatusCodes.Status201Created);
    }

    private async Task ShowAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var blob = await DemandAsync(call, cancellationToken);
        if (blob is null)
        {
            return;
        }

        BlobView.Write(call, blob);
        call.Response.ContentLength = blob.Length;
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task GetAsync(BlobCall call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            using var reading = gate.Enter();
            if (await DemandAsync(call, cancellationToken) is not { } blob)
            {
                return;
            }

            try
            {
                await SendAsync(call, blob, cancellationToken);
                return;
            }
            catch (FileNotFoundException) when (!call.Response.HasStarted && attempt < MaxTries)
            {
                call.Response.Clear();
                StorageGate.Stamp(call.Http);
            }
        }
    }

    private async Task SendAsync(BlobCall call, StoredBlob blob, CancellationToken cancellationToken)
    {
        var range = RangeHeader.Read(call.Header("x-ms-range") ?? call.Header("Range"), blob.Length);
        var (offset, length) = range ?? (0, blob.Length);
        await using var bytes = await reader.OpenAsync(call.Account.Data, blob, offset, length, cancellationToken);
        var isStructured = StructuredBody.IsSent(call);
        await using var content = isStructured ? StructuredBody.Wrap(call, bytes, length) : bytes;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(length, 1, Math.Max(CopyBytes, WantsSum(call) ? MostHashedRange : 0)));
        try
        {
            // The first bytes are at hand before the headers go out: a blob that is written over meanwhile is read anew, not cut off.
            var read = length == 0 && !isStructured ? 0 : await content.ReadAsync(buffer, cancellationToken);
            BlobView.Write(call, blob, range is not null);
            if (range is not null)
            {
                call.Set("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {offset}-{offset + length - 1}/{blob.Length}"));
                read = await SumAsync(call, content, buffer, read, length, cancellationToken);
            }

            call.Answer(range is null ? StatusCodes.Status200OK : StatusCodes.Status206PartialContent);
            call.Response.ContentLength = isStructured ? StructuredMessage.LengthOf(length) : length;
            while (read > 0)
            {
                await call.Response.Body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                read = await content.ReadAsync(buffer, cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The checksum of a range that a caller asks for goes out before the range, so the range is read whole.</summary>
    private static async ValueTask<int> SumAsync(BlobCall call, Stream content, byte[] buffer, int read, long length, CancellationToken cancellationToken)
    {
        if (!WantsSum(call))
        {
            return read;
        }

        if (length > MostHashedRange)
        {
            throw BlobCall.BadHeader("x-ms-range", $"at most {MostHashedRange} bytes where a checksum of them is asked for.");
        }

        read += await content.ReadAtLeastAsync(buffer.AsMemory(read, (int)length - read), (int)length - read, throwOnEndOfStream: true, cancellationToken);
        var bytes = buffer.AsSpan(0, read);
        if (call.Is("x-ms-range-get-content-md5"))
        {
#pragma warning disable CA5351 // The protocol's checksum against faults of transport, not a protection.
            call.Response.Headers.ContentMD5 = Convert.ToBase64String(System.Security.Cryptography.MD5.HashData(bytes));
#pragma warning restore CA5351
        }

        if (call.Is("x-ms-range-get-content-crc64"))
        {
            call.Set("x-ms-content-crc64", Convert.ToBase64String(Crc64.ToBytes(Crc64.Append(0, bytes))));
        }

        return read;
    }

    private static bool WantsSum(BlobCall call) => call.Is("x-ms-range-get-content-md5") || call.Is("x-ms-range-get-content-crc64");

    private async Task DeleteAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var snapshots = call.Header("x-ms-delete-snapshots")?.ToLowerInvariant();
        if (snapshots is not (null or "include" or "only") || (snapshots is not null && call.Address.Snapshot != 0))
        {
            throw BlobCall.BadHeader("x-ms-delete-snapshots", "include or only, and not sent for a snapshot.");
        }

        var isForGood = call.Query("deletetype") is { } type && (type.Equals("permanent", StringComparison.OrdinalIgnoreCase) ? true : throw BlobCall.BadQuery("deletetype", "permanent."));
        var canComeBack = await blobs.DeleteAsync(call.Address, snapshots, isForGood, BlobHeaderRules.ReadConditions(call), cancellationToken);
        call.Set("x-ms-delete-type-permanent", canComeBack ? "false" : "true");
        call.Answer(StatusCodes.Status202Accepted);
    }

    /// <summary>The blob under the call's conditions; null where the caller has it already and was told so.</summary>
    private async ValueTask<StoredBlob?> DemandAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var blob = await blobs.FindAsync(call.Address, cancellationToken) ?? throw StorageFaults.NoBlob();
        var conditions = BlobHeaderRules.ReadConditions(call);
        LeaseRules.DemandMatch(blob.Lease, conditions.LeaseId, "Blob", call.Now);
        if (ConditionRules.DemandRead(blob.ETag, blob.Modified, blob.Tags, conditions))
        {
            return blob;
        }

        BlobView.Stamp(call, blob);
        call.Set("x-ms-error-code", "ConditionNotMet");
        call.Answer(StatusCodes.Status304NotModified);
        return null;
    }
}
