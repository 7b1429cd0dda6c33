using Atrium.Server.Hosting;
using Atrium.Server.Storage.Auth;
using Atrium.Server.Storage.Blobs.Copies;
using Atrium.Server.Storage.Sas;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage.Files.Operations;

/// <summary>Copies of files within this server: from a file whose signature, or whose account's key, lets the caller read it. All are done when they are answered.</summary>
internal sealed class FileCopyOperations(FileStore files, FileShares shares, StorageAccounts accounts, SasProof signatures, FileRights rights, OwnAddresses own)
{
    private const string Source = "x-ms-copy-source";
    private const int ChunkBytes = 4 * 1024 * 1024;

    public IEnumerable<FileOperation> All =>
    [
        new("CopyFile", "PUT", FileLevel.File, "", FileRight.Create, CopyAsync) { Header = Source },
        new("PutRangeFromURL", "PUT", FileLevel.File, "range", FileRight.Write, PutRangeAsync) { Header = Source },
        new("AbortCopyFile", "PUT", FileLevel.File, "copy", FileRight.Write, (_, _) =>
            throw ApiException.Published(StatusCodes.Status409Conflict, "NoPendingCopyOperation", "There is currently no pending copy operation: copies are done when they are answered.")),
    ];

    private async Task CopyAsync(FileCall call, CancellationToken cancellationToken)
    {
        var source = await FindAsync(call, cancellationToken);
        var from = await files.DemandFileAsync(source, cancellationToken);
        var change = await FileHeaders.ReadChangeAsync(call, shares, cancellationToken) with { Headers = from.Kept.Headers };
        var file = await files.CreateFileAsync(call.Address, from.Entry.Length, change, HeaderRules.ReadMetadata(call.Request) ?? from.Kept.Metadata, call.LeaseId, cancellationToken);
        var buffer = new byte[(int)Math.Clamp(from.Entry.Length, 1, ChunkBytes)];
        await using var content = files.Open(source, 0, from.Entry.Length);
        for (long at = 0; at < from.Entry.Length;)
        {
            var read = await content.ReadAtLeastAsync(buffer, (int)Math.Min(buffer.Length, from.Entry.Length - at), throwOnEndOfStream: true, cancellationToken);
            file = await files.WriteAsync(call.Address, at, buffer.AsMemory(0, read), keepsTime: false, call.LeaseId, cancellationToken);
            at += read;
        }

        FileHeaders.Stamp(call, file);
        call.Set("x-ms-copy-id", Guid.NewGuid().ToString());
        call.Set("x-ms-copy-status", "success");
        call.Answer(StatusCodes.Status202Accepted);
    }

    private async Task PutRangeAsync(FileCall call, CancellationToken cancellationToken)
    {
        var source = await FindAsync(call, cancellationToken);
        if (RangeHeader.Parse(call.Header("x-ms-range") ?? "") is not { First: { } first, Last: { } last }
            || RangeHeader.Parse(call.Header("x-ms-source-range") ?? "") is not { First: { } sourceFirst, Last: { } sourceLast }
            || last - first != sourceLast - sourceFirst || last - first >= ChunkBytes)
        {
            throw StorageCall.BadHeader("x-ms-source-range", $"bytes=first-last, as long as x-ms-range and at most {ChunkBytes} bytes.");
        }

        var from = await files.DemandFileAsync(source, cancellationToken);
        if (sourceLast >= from.Entry.Length)
        {
            throw new Atrium.Storage.StorageException("InvalidRange", "The range specified is invalid for the current size of the resource.");
        }

        var bytes = new byte[last - first + 1];
        await using var content = files.Open(source, sourceFirst, bytes.Length);
        await content.ReadExactlyAsync(bytes, cancellationToken);
        var file = await files.WriteAsync(call.Address, first, bytes, keepsTime: false, call.LeaseId, cancellationToken);
        FileHeaders.Stamp(call, file);
        call.Set("x-ms-content-crc64", Convert.ToBase64String(Atrium.Storage.Contents.Crc64.ToBytes(Atrium.Storage.Contents.Crc64.Append(0, bytes))));
        call.Set("x-ms-file-last-write-time", FileHeaders.Time(file.LastWritten));
        call.Set("x-ms-request-server-encrypted", "false");
        call.Answer(StatusCodes.Status201Created);
    }

    /// <summary>The file that the call names, if the caller may read it.</summary>
    private async Task<FileAddress> FindAsync(FileCall call, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(call.Header(Source), UriKind.Absolute, out var url))
        {
            throw StorageCall.BadHeader(Source, "an absolute URL.");
        }

        if (own.ServiceOf(url, call.Request.Host.Value) is not { } service || !service.EndsWith(StorageServices.File, StringComparison.OrdinalIgnoreCase))
        {
            throw ApiException.NotBuilt("A copy of a file from anywhere but a share of this server");
        }

        var target = FileTarget.Read(url.AbsolutePath, service);
        var account = (await accounts.ReadAsync(cancellationToken)).Find(service[..^StorageServices.File.Length]);
        await DemandAsync(call, url, service, account, target, cancellationToken);
        return target is { Share: { } name, Path: { } path } && await shares.FindAsync(account!.Data, name, cancellationToken) is { } share
            ? new(account.Data, share, FilePath.Parse(path))
            : throw CopyRefusals.Missing();
    }

    private async ValueTask DemandAsync(FileCall call, Uri url, string service, StorageAccount? account, FileTarget target, CancellationToken cancellationToken)
    {
        try
        {
            var caller = SasToken.Find(url) is { } sas
                ? await signatures.ProveAsync(sas, new(account, service, 'f', target.Share, target.Path, "", null, null), cancellationToken)
                : call.Caller is StorageCaller.Principal || account?.Id == call.Account.Id ? call.Caller : throw CopyRefusals.NotAllowed();
            await rights.DemandAsync(caller, FileRight.Read, FileLevel.File, account, target, request: null, cancellationToken);
        }
        catch (ApiException)
        {
            throw CopyRefusals.NotAllowed();
        }
    }
}
