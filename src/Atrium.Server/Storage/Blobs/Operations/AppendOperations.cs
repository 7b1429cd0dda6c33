using System.Globalization;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>Blobs that grow at their end.</summary>
internal sealed class AppendOperations(AppendStore appends, BlobStore blobs, BodyTaker bodies)
{
    private const long MostAppendBytes = 100L * 1024 * 1024;

    public IEnumerable<BlobOperation> All =>
    [
        new("AppendBlock", "PUT", BlobLevel.Blob, "appendblock", BlobRight.Append, AppendAsync),
        new("SealBlob", "PUT", BlobLevel.Blob, "seal", BlobRight.Write, SealAsync),
    ];

    public static AppendPlace ReadPlace(BlobCall call) => new(call.Number("x-ms-blob-condition-appendpos"), call.Number("x-ms-blob-condition-maxsize"));

    public static void Answer(BlobCall call, StoredBlob blob, long offset, Upload upload)
    {
        BlobView.Stamp(call, blob);
        call.Set("x-ms-blob-append-offset", offset.ToString(CultureInfo.InvariantCulture));
        call.Set("x-ms-blob-committed-block-count", blob.AppendedBlocks.ToString(CultureInfo.InvariantCulture));
        BlobView.StampEncrypted(call, upload);
        call.Answer(StatusCodes.Status201Created);
    }

    private async Task AppendAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var conditions = BlobHeaderRules.ReadConditions(call);
        await blobs.DemandWritableAsync(call.Address, conditions, cancellationToken);
        var taken = await bodies.TakeAsync(call, MostAppendBytes, wantsMd5: false, cancellationToken);
        if (taken.Upload is not { } upload)
        {
            throw BlobCall.BadHeader("Content-Length", "greater than 0.");
        }

        var (blob, offset) = await bodies.LandAsync(taken, () => appends.AppendAsync(call.Address, upload, ReadPlace(call), conditions, cancellationToken));
        BlobView.StampSums(call, taken);
        Answer(call, blob, offset, upload);
    }

    private async Task SealAsync(BlobCall call, CancellationToken cancellationToken)
    {
        var blob = await appends.SealAsync(call.Address, call.Number("x-ms-blob-condition-appendpos"), BlobHeaderRules.ReadConditions(call), cancellationToken);
        BlobView.Stamp(call, blob);
        call.Set("x-ms-blob-sealed", "true");
        call.Answer(StatusCodes.Status200OK);
    }
}
