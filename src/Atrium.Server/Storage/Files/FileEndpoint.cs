using Atrium.Server.Hosting;
using Atrium.Server.Storage.Wire;
using Atrium.Storage.Files;
using Microsoft.AspNetCore.Http.Features;

namespace Atrium.Server.Storage.Files;

/// <summary>Every call of a file service: what the caller wants, whether he may, and the operation.</summary>
internal sealed class FileEndpoint(StorageGate gate, FileRights rights, FileOperationTable table, FileShares shares, TimeProvider clock)
{
    private const string SnapshotQuery = "sharesnapshot";

    public Task InvokeAsync(string storage, HttpContext context, CancellationToken cancellationToken)
    {
        var target = FileTarget.Read(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, storage + StorageServices.File);
        return gate.RunAsync(
            context,
            new(storage, StorageServices.File, target.Share, target.Path, ""),
            async entry =>
            {
                var operation = table.Find(context.Request, target);
                entry.Operation = operation.Name;
                await rights.DemandAsync(entry.Caller, operation.Right, operation.Level, entry.Account, target, context.Request, cancellationToken);
                Demand(target, context.Request);
                var share = operation.Level is FileLevel.Directory or FileLevel.File
                    ? await shares.FindAsync(entry.Account!.Data, target.Share!, cancellationToken) ?? throw FileFaults.NoShare()
                    : null;
                await operation.RunAsync(new() { Http = context, Account = entry.Account!, Caller = entry.Caller, Target = target, Share = share, Now = clock.GetUtcNow() }, cancellationToken);
            },
            cancellationToken);
    }

    private static void Demand(FileTarget target, HttpRequest request)
    {
        if (target.Share is { } share && !FileTarget.IsShareName(share))
        {
            throw ApiException.BadRequest("InvalidResourceName", "The specified resource name contains invalid characters: a share's has 3 to 63 lower-case letters, digits and single hyphens.");
        }

        if (request.Query.ContainsKey(SnapshotQuery))
        {
            throw ApiException.NotBuilt("A snapshot of a share");
        }
    }
}
