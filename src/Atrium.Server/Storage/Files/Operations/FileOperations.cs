using System.Buffers;
using System.Globalization;
using Atrium.Server.Hosting;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;
using Atrium.Storage.Contents;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage.Files.Operations;

/// <summary>Operations on files.</summary>
internal sealed class FileOperations(FileStore files, FileShares shares, FileRenames renames)
{
    private const long LargestFile = 4L * 1024 * 1024 * 1024 * 1024;
    private const int MostRangeBytes = 4 * 1024 * 1024;
    private const int CopyBytes = 256 * 1024;

    public IEnumerable<FileOperation> All =>
    [
        new("CreateFile", "PUT", FileLevel.File, "", FileRight.Create, CreateAsync),
        new("GetFile", "GET", FileLevel.File, "", FileRight.Read, GetAsync),
        new("GetFileProperties", "HEAD", FileLevel.File, "", FileRight.Read, ShowAsync),
        new("GetFileMetadata", "GET", FileLevel.File, "metadata", FileRight.Read, GetMetadataAsync),
        new("GetFileMetadata", "HEAD", FileLevel.File, "metadata", FileRight.Read, GetMetadataAsync),
        new("SetFileMetadata", "PUT", FileLevel.File, "metadata", FileRight.Write, SetMetadataAsync),
        new("SetFileProperties", "PUT", FileLevel.File, "properties", FileRight.Write, SetPropertiesAsync),
        new("DeleteFile", "DELETE", FileLevel.File, "", FileRight.Delete, DeleteAsync),
        new("PutRange", "PUT", FileLevel.File, "range", FileRight.Write, PutRangeAsync),
        new("ListRanges", "GET", FileLevel.File, "rangelist", FileRight.Read, ListRangesAsync),
        new("LeaseFile", "PUT", FileLevel.File, "lease", FileRight.Write, LeaseAsync),
        new("RenameFile", "PUT", FileLevel.File, "rename", FileRight.Write, (call, token) => renames.RunAsync(call, isDirectory: false, token)),
        .. Handles.Operations(FileLevel.File),
    ];

    private async Task CreateAsync(FileCall call, CancellationToken cancellationToken)
    {
        if (!"file".Equals(call.Header("x-ms-type"), StringComparison.OrdinalIgnoreCase))
        {
            throw StorageCall.BadHeader("x-ms-type", "file.");
        }

        var length = ReadLength(call) ?? throw ApiException.BadRequest("MissingRequiredHeader", "An HTTP header that's mandatory for this request is not specified: x-ms-content-length.", "x-ms-content-length");
        var change = await FileHeaders.ReadChangeAsync(call, shares, cancellationToken) with { Headers = FileHeaders.ReadHeaders(call) };
        var content = call.Request.ContentLength is > 0 ? await ReadRangeAsync(call, cancellationToken) : null;
        if (content?.Length > length)
        {
            throw StorageCall.BadHeader("x-ms-content-length", "no less than the content that comes along.");
        }

        var file = await files.CreateFileAsync(call.Address, length, change, HeaderRules.ReadMetadata(call.Request), call.LeaseId, cancellationToken);
        if (content is not null)
        {
            file = await files.WriteAsync(call.Address, 0, content, keepsTime: change.LastWriteTime is > 0, call.LeaseId, cancellationToken);
        }

        FileHeaders.Answer(call, file, StatusCodes.Status201Created, showsSmb: true);
    }

    private async Task GetAsync(FileCall call, CancellationToken cancellationToken)
    {
        var file = await FindAsync(call, cancellationToken);
        var range = RangeHeader.Read(call.Header("x-ms-range") ?? call.Header("Range"), file.Entry.Length);
        var (offset, length) = range ?? (0, file.Entry.Length);
        await using var bytes = files.Open(call.Address, offset, length);
        var isStructured = StructuredBody.IsSent(call);
        await using var content = isStructured ? StructuredBody.Wrap(call, bytes, length) : bytes;
        var wantsMd5 = range is not null && call.Is("x-ms-range-get-content-md5");
        if (wantsMd5 && length > MostRangeBytes)
        {
            throw StorageCall.BadHeader("x-ms-range", $"at most {MostRangeBytes} bytes where their MD5 is asked for.");
        }

        Write(call, file, range is not null);
        call.Set("Content-Range", range is null ? null : string.Create(CultureInfo.InvariantCulture, $"bytes {offset}-{offset + length - 1}/{file.Entry.Length}"));
        var buffer = ArrayPool<byte>.Shared.Rent(wantsMd5 ? MostRangeBytes : (int)Math.Clamp(length, 1, CopyBytes));
        try
        {
            var read = await content.ReadAtLeastAsync(buffer, wantsMd5 ? (int)length : 1, throwOnEndOfStream: false, cancellationToken);
            if (wantsMd5)
            {
#pragma warning disable CA5351 // The protocol's checksum against faults of transport, not a protection.
                call.Response.Headers.ContentMD5 = Convert.ToBase64String(System.Security.Cryptography.MD5.HashData(buffer.AsSpan(0, read)));
#pragma warning restore CA5351
            }

            call.Answer(range is null ? StatusCodes.Status200OK : StatusCodes.Status206PartialContent);
            call.Response.ContentLength = isStructured ? StructuredMessage.LengthOf(length) : length;
            for (; read > 0; read = await content.ReadAsync(buffer, cancellationToken))
            {
                await call.Response.Body.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ShowAsync(FileCall call, CancellationToken cancellationToken)
    {
        var file = await FindAsync(call, cancellationToken);
        Write(call, file, isRange: false);
        call.Response.ContentLength = file.Entry.Length;
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task GetMetadataAsync(FileCall call, CancellationToken cancellationToken)
    {
        var file = await FindAsync(call, cancellationToken);
        FileHeaders.Stamp(call, file);
        HeaderRules.WriteMetadata(call, file.Kept.Metadata);
        call.Answer(StatusCodes.Status200OK);
    }

    private async Task SetMetadataAsync(FileCall call, CancellationToken cancellationToken)
    {
        await files.DemandFileAsync(call.Address, cancellationToken);
        FileHeaders.Answer(call, await files.SetMetadataAsync(call.Address, HeaderRules.ReadMetadata(call.Request), call.LeaseId, cancellationToken), StatusCodes.Status200OK, showsSmb: false);
    }

    private async Task SetPropertiesAsync(FileCall call, CancellationToken cancellationToken)
    {
        await files.DemandFileAsync(call.Address, cancellationToken);
        var change = await FileHeaders.ReadChangeAsync(call, shares, cancellationToken) with { Length = ReadLength(call), Headers = FileHeaders.ReadHeaders(call) };
        var file = await files.ChangeAsync(call.Address, change, call.LeaseId, cancellationToken);
        FileHeaders.Answer(call, file, StatusCodes.Status200OK, showsSmb: true);
    }

    private async Task DeleteAsync(FileCall call, CancellationToken cancellationToken)
    {
        await files.DeleteAsync(call.Address, isDirectory: false, call.LeaseId, cancellationToken);
        call.Answer(StatusCodes.Status202Accepted);
    }

    private async Task PutRangeAsync(FileCall call, CancellationToken cancellationToken)
    {
        if (RangeHeader.Parse(call.Header("x-ms-range") ?? call.Header("Range") ?? "") is not { First: { } first, Last: { } last })
        {
            throw StorageCall.BadHeader("x-ms-range", "bytes=first-last.");
        }

        var keepsTime = "preserve".Equals(call.Header("x-ms-file-last-write-time"), StringComparison.OrdinalIgnoreCase);
        FileView file;
        switch (call.Header("x-ms-write")?.ToLowerInvariant())
        {
            case "clear":
                file = await files.ClearAsync(call.Address, first, last - first + 1, keepsTime, call.LeaseId, cancellationToken);
                break;
            case "update":
                var bytes = await ReadRangeAsync(call, cancellationToken);
                if (bytes.Length != last - first + 1)
                {
                    throw StorageCall.BadHeader("x-ms-range", "as long as the content.");
                }

                file = await files.WriteAsync(call.Address, first, bytes, keepsTime, call.LeaseId, cancellationToken);
                break;
            default:
                throw StorageCall.BadHeader("x-ms-write", "update or clear.");
        }

        FileHeaders.Stamp(call, file);
        call.Set("x-ms-file-last-write-time", FileHeaders.Time(file.LastWritten));
        call.Set("x-ms-request-server-encrypted", "false");
        call.Answer(StatusCodes.Status201Created);
    }

    private async Task ListRangesAsync(FileCall call, CancellationToken cancellationToken)
    {
        await FindAsync(call, cancellationToken);
        var (file, ranges) = await files.RangesAsync(call.Address, cancellationToken);
        var wanted = RangeHeader.Parse(call.Header("x-ms-range") ?? call.Header("Range") ?? "") is { First: { } from } range ? (First: from, Last: range.Last ?? long.MaxValue) : (First: 0, Last: long.MaxValue);
        FileHeaders.Stamp(call, file);
        call.Set("x-ms-content-length", FileHeaders.Number(file.Entry.Length));
        await call.AnswerXmlAsync(
            StorageXml.Write(xml =>
            {
                xml.WriteStartElement("Ranges");
                foreach (var (first, last) in ranges.Where(r => r.Last >= wanted.First && r.First <= wanted.Last))
                {
                    xml.WriteStartElement("Range");
                    xml.WriteElementString("Start", FileHeaders.Number(Math.Max(first, wanted.First)));
                    xml.WriteElementString("End", FileHeaders.Number(Math.Min(last, wanted.Last)));
                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }),
            cancellationToken);
    }

    private async Task LeaseAsync(FileCall call, CancellationToken cancellationToken)
    {
        await files.DemandFileAsync(call.Address, cancellationToken);
        var request = LeaseHeaders.Read(call);
        var file = await files.LeaseAsync(call.Address, request, cancellationToken);
        FileHeaders.Stamp(call, file);
        LeaseHeaders.Answer(call, request, file.Kept.Lease);
    }

    private async Task<FileView> FindAsync(FileCall call, CancellationToken cancellationToken)
    {
        var file = await files.DemandFileAsync(call.Address, cancellationToken);
        LeaseRules.DemandMatch(file.Kept.Lease, call.LeaseId, "File", call.Now);
        return file;
    }

    private static void Write(FileCall call, FileView file, bool isRange)
    {
        FileHeaders.Stamp(call, file);
        FileHeaders.WriteSmb(call, file);
        FileHeaders.WriteContentHeaders(call, file, isRange);
        HeaderRules.WriteMetadata(call, file.Kept.Metadata);
        LeaseView.Of(file.Kept.Lease, call.Now).Write(call);
        call.Set("Accept-Ranges", "bytes");
        call.Set("x-ms-type", "File");
        call.Set("x-ms-server-encrypted", "false");
    }

    /// <summary>The content of a range, whole before any of it is written: one that is cut off changes nothing.</summary>
    private static async Task<byte[]> ReadRangeAsync(FileCall call, CancellationToken cancellationToken)
    {
        var sent = call.Request.ContentLength ?? throw ApiException.Published(StatusCodes.Status411LengthRequired, "MissingContentLengthHeader", "The content length header was not specified.");
        var isStructured = StructuredBody.IsSent(call);
        var length = isStructured ? StructuredBody.ReadLength(call) : sent;
        if (length > MostRangeBytes)
        {
            throw ApiException.Published(StatusCodes.Status413PayloadTooLarge, "RequestBodyTooLarge", $"The request body is too large and exceeds the maximum permissible limit: at most {MostRangeBytes} bytes.");
        }

        var bytes = new byte[length];
        await using Stream body = isStructured ? new StructuredReader(call.Request.Body) : call.Request.Body;
        if (await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken) < bytes.Length)
        {
            throw ApiException.BadRequest("IncompleteBody", "The request body ended before the length that was announced.");
        }

#pragma warning disable CA5351 // The protocol's checksum against faults of transport, not a protection.
        var md5 = System.Security.Cryptography.MD5.HashData(bytes);
#pragma warning restore CA5351
        if (HeaderRules.ReadMd5(call, "Content-MD5") is { } wanted && !wanted.AsSpan().SequenceEqual(md5))
        {
            throw ApiException.BadRequest("Md5Mismatch", "The MD5 value specified in the request did not match with the MD5 value calculated by the server.");
        }

        call.Response.Headers.ContentMD5 = Convert.ToBase64String(md5);
        if (isStructured)
        {
            StructuredBody.Answer(call);
        }

        return bytes;
    }

    private static long? ReadLength(FileCall call) => call.Number("x-ms-content-length") is not { } length ? null
        : length <= LargestFile ? length
        : throw StorageCall.BadHeader("x-ms-content-length", $"at most {LargestFile}.");
}
