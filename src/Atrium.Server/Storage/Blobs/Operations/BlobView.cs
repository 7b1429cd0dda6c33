using System.Globalization;
using Atrium.Server.Storage.Auth;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>A blob as headers show it.</summary>
internal static class BlobView
{
    public static void Stamp(BlobCall call, StoredBlob blob)
    {
        call.Set("ETag", ConditionRules.Tag(blob.ETag));
        call.Set("Last-Modified", HeaderRules.Time(blob.Modified));
    }

    /// <summary>Whether the content that a request brought lies encrypted.</summary>
    public static void StampEncrypted(BlobCall call, Upload? upload) => StampEncrypted(call, upload?.Id.IsSealed == true);

    /// <summary>The same of a blob that a request made of what lay here, or fetched.</summary>
    public static void StampEncrypted(BlobCall call, StoredBlob blob) => StampEncrypted(call, blob.Content?.IsSealed == true);

    private static void StampEncrypted(BlobCall call, bool isEncrypted) => call.Set("x-ms-request-server-encrypted", isEncrypted ? "true" : "false");

    public static void StampSums(BlobCall call, TakenBody taken)
    {
        if (taken.Md5 is { } md5)
        {
            call.Response.Headers.ContentMD5 = Convert.ToBase64String(md5);
        }

        call.Set("x-ms-content-crc64", taken.Crc64 is { } crc64 ? Convert.ToBase64String(crc64) : null);
    }

    /// <summary>All that a blob says of itself.</summary>
    public static void Write(BlobCall call, StoredBlob blob, bool isRange = false)
    {
        Stamp(call, blob);
        WriteContentHeaders(call, blob, isRange);
        HeaderRules.WriteMetadata(call, blob.Metadata);
        call.Set("Accept-Ranges", "bytes");
        call.Set("x-ms-blob-type", TypeOf(blob));
        call.Set("x-ms-creation-time", HeaderRules.Time(blob.Created));

        // Published as true only where the metadata is encrypted too, which it is not.
        call.Set("x-ms-server-encrypted", "false");
        call.Set("x-ms-tag-count", blob.Tags is { Count: > 0 and var count } ? Number(count) : null);
        if (blob.Snapshot == 0)
        {
            LeaseView.Of(blob.Lease, call.Now).Write(call);
        }

        if (blob.Kind == BlobKind.Append)
        {
            call.Set("x-ms-blob-committed-block-count", Number(blob.AppendedBlocks));
            call.Set("x-ms-blob-sealed", blob.IsSealed ? "true" : null);
        }
        else
        {
            call.Set("x-ms-access-tier", blob.Tier ?? call.Account.Tier);
            call.Set("x-ms-access-tier-inferred", blob.Tier is null ? "true" : null);
            call.Set("x-ms-access-tier-change-time", blob.TierChanged == 0 ? null : HeaderRules.Time(blob.TierChanged));
        }

        if (blob.Copy is { } copy)
        {
            call.Set("x-ms-copy-id", copy.Id);
            call.Set("x-ms-copy-status", "success");
            call.Set("x-ms-copy-source", copy.Source);
            call.Set("x-ms-copy-progress", $"{Number(copy.Bytes)}/{Number(copy.Bytes)}");
            call.Set("x-ms-copy-completion-time", HeaderRules.Time(copy.Completed));
        }
    }

    public static string TypeOf(StoredBlob blob) => blob.Kind == BlobKind.Append ? "AppendBlob" : "BlockBlob";

    private static void WriteContentHeaders(BlobCall call, StoredBlob blob, bool isRange)
    {
        var headers = blob.Headers ?? BlobHeaders.None;
        call.Set("Content-Type", headers.ContentType);
        call.Set("Content-Encoding", headers.ContentEncoding);
        call.Set("Content-Language", headers.ContentLanguage);
        call.Set("Content-Disposition", headers.ContentDisposition);
        call.Set("Cache-Control", headers.CacheControl);
        if (call.Caller is StorageCaller.Sas { Token: var sas })
        {
            // A signature may say with which headers the content shall go out.
            foreach (var (name, header) in new[] { ("rsct", "Content-Type"), ("rsce", "Content-Encoding"), ("rscl", "Content-Language"), ("rscd", "Content-Disposition"), ("rscc", "Cache-Control") })
            {
                call.Set(header, sas[name].Length > 0 ? sas[name] : null);
            }
        }

        if (headers.ContentMd5 is { } md5)
        {
            call.Set(isRange ? "x-ms-blob-content-md5" : "Content-MD5", Convert.ToBase64String(md5));
        }
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
