using Atrium.Server.Hosting;
using Atrium.Server.Storage.Sas;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Blobs;
using Atrium.Storage.Files;

namespace Atrium.Server.Storage.Files.Operations;

/// <summary>Rename File and Rename Directory: the address is where it shall be, a header names where it is.</summary>
internal sealed class FileRenames(FileStore files, FileShares shares)
{
    public const string Source = "x-ms-file-rename-source";

    public async Task RunAsync(FileCall call, bool isDirectory, CancellationToken cancellationToken)
    {
        var source = ReadSource(call);
        var found = await files.FindAsync(call.Address with { Path = source }, cancellationToken) ?? throw FileFaults.NotFound();
        if (found.Entry.IsDirectory != isDirectory)
        {
            throw FileFaults.WrongType();
        }

        var change = await FileHeaders.ReadChangeAsync(call, shares, cancellationToken);
        if (call.Header("x-ms-content-type") is { } type)
        {
            change = change with { Headers = (found.Kept.Headers ?? BlobHeaders.None) with { ContentType = type } };
        }

        var moved = await files.RenameAsync(
            call.Address with { Path = source },
            call.Address.Path,
            call.Is("x-ms-file-rename-replace-if-exists"),
            change,
            HeaderRules.Guid(call, "x-ms-destination-lease-id"),
            HeaderRules.Guid(call, "x-ms-source-lease-id"),
            cancellationToken);
        if (HeaderRules.ReadMetadata(call.Request) is { } metadata)
        {
            moved = await files.SetMetadataAsync(call.Address, metadata, moved.Kept.Lease?.Id, cancellationToken);
        }

        FileHeaders.Stamp(call, moved);
        FileHeaders.WriteSmb(call, moved);
        call.Set("x-ms-request-server-encrypted", "false");
        call.Answer(StatusCodes.Status200OK);
    }

    /// <summary>A path in the same share: who may write there may move within it.</summary>
    private static FilePath ReadSource(FileCall call)
    {
        if (!Uri.TryCreate(call.Header(Source), UriKind.Absolute, out var url))
        {
            throw StorageCall.BadHeader(Source, "the absolute URL of what is renamed.");
        }

        var target = FileTarget.Read(url.AbsolutePath, call.Account.Name + StorageServices.File);
        if (target.Share != call.Target.Share || target.Path is not { } path)
        {
            throw ApiException.Published(StatusCodes.Status409Conflict, "InvalidInput", "What is renamed stays in its share.");
        }

        // Of a signature in the URL nothing more is asked: the call's own reaches the whole share or the file alone, which then is not this one.
        return call.Caller is Auth.StorageCaller.Sas { Token: { IsOfAccount: false, Resource: "f" } } && SasToken.Find(url) is null
            ? throw Auth.StorageRefusals.NotAllowed()
            : FilePath.Parse(path);
    }
}
