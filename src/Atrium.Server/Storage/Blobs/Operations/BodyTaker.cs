using Atrium.Server.Hosting;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;
using Atrium.Storage.Contents;
using Microsoft.AspNetCore.Http.Features;

namespace Atrium.Server.Storage.Blobs.Operations;

/// <summary>What came in a request's body, and its checksums.</summary>
/// <param name="Upload">The bytes; null for none.</param>
/// <param name="Md5">Where it was wanted or sent.</param>
/// <param name="Crc64">Where no MD5 was.</param>
internal sealed record TakenBody(Upload? Upload, byte[]? Md5, byte[]? Crc64);

/// <summary>Takes the body of a write in, whatever its size in the same little memory, and proves the checksums that came with it.</summary>
internal sealed class BodyTaker(Uploads uploads)
{
    /// <exception cref="ApiException">400, 411 or 413.</exception>
    public async Task<TakenBody> TakeAsync(BlobCall call, long most, bool wantsMd5, CancellationToken cancellationToken)
    {
        var sent = call.Request.ContentLength ?? throw ApiException.Published(StatusCodes.Status411LengthRequired, "MissingContentLengthHeader", "The content length header was not specified.");
        var isStructured = StructuredBody.IsSent(call);
        var length = isStructured ? StructuredBody.ReadLength(call) : sent;
        if (length > most)
        {
            throw ApiException.Published(StatusCodes.Status413PayloadTooLarge, "RequestBodyTooLarge", $"The request body is too large and exceeds the maximum permissible limit: at most {most} bytes.");
        }

        Allow(call, sent);
        var (md5, crc64) = (HeaderRules.ReadMd5(call, "Content-MD5"), ReadCrc64(call));
        var sumsMd5 = wantsMd5 || md5 is not null;
        await using var body = isStructured ? new StructuredReader(call.Request.Body) : call.Request.Body;
        await using var summing = new SummingStream(body, sumsMd5, crc64: crc64 is not null || !sumsMd5);
        var upload = length == 0 ? null : await TakeAsync(call, summing, length, cancellationToken);
        var sums = await summing.SumAsync();
        var found = new TakenBody(upload, sums.Md5, sums.Crc64);
        if (md5 is not null && !md5.AsSpan().SequenceEqual(found.Md5))
        {
            await DropAsync(upload);
            throw ApiException.BadRequest("Md5Mismatch", "The MD5 value specified in the request did not match with the MD5 value calculated by the server.");
        }

        if (crc64 is not null && !crc64.AsSpan().SequenceEqual(found.Crc64))
        {
            await DropAsync(upload);
            throw ApiException.BadRequest("Crc64Mismatch", "The CRC64 value specified in the request did not match with the CRC64 value calculated by the server.");
        }

        if (isStructured)
        {
            StructuredBody.Answer(call);
        }

        return found;
    }

    /// <summary>Deletes what was taken in when the write did not land.</summary>
    public async Task<T> LandAsync<T>(TakenBody taken, Func<Task<T>> write)
    {
        try
        {
            return await write();
        }
        catch
        {
            await DropAsync(taken.Upload);
            throw;
        }
    }

    private async Task<Upload> TakeAsync(BlobCall call, Stream body, long length, CancellationToken cancellationToken)
    {
        try
        {
            return await uploads.TakeAsync(call.Account.Data, call.Container, body, length, cancellationToken);
        }
        catch (EndOfStreamException)
        {
            throw ApiException.BadRequest("IncompleteBody", "The request body ended before the length that was announced.");
        }
    }

    private static void Allow(BlobCall call, long length)
    {
        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = length;
        }
    }

    private Task DropAsync(Upload? upload) => upload is null ? Task.CompletedTask : uploads.DropAsync(upload);

    private static byte[]? ReadCrc64(BlobCall call) => call.Header("x-ms-content-crc64") is not { } text ? null
        : HeaderRules.ReadHash(text, Atrium.Storage.Contents.Crc64.Size)
            ?? throw ApiException.BadRequest("InvalidHeaderValue", "The value of x-ms-content-crc64 must be 8 bytes in base64.", "x-ms-content-crc64");
}
