using Atrium.Server.Hosting;
using Atrium.Server.Storage.Wire;
using Microsoft.AspNetCore.Http.Features;

namespace Atrium.Server.Storage.Blobs;

/// <summary>Every call of a blob service: what the caller wants, whether he may, and the operation.</summary>
internal sealed class BlobEndpoint(StorageGate gate, BlobRights rights, BlobOperationTable table, TimeProvider clock)
{
    private const string Snapshot = "snapshot";

    public Task InvokeAsync(string storage, HttpContext context, CancellationToken cancellationToken) => InvokeAsync(storage, context, null, cancellationToken);

    /// <param name="storage">Name of the account.</param>
    /// <param name="context">The call.</param>
    /// <param name="demand">What a call within a batch must be; null for any other.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task InvokeAsync(string storage, HttpContext context, Action<BlobOperation, BlobTarget>? demand, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        var isContainer = "container".Equals(query["restype"], StringComparison.OrdinalIgnoreCase);
        var target = BlobTarget.Read(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, storage + StorageServices.Blob, isContainer);
        return gate.RunAsync(
            context,
            new(storage, StorageServices.Blob, target.Container, target.Blob, (string?)query[Snapshot] ?? ""),
            async entry =>
            {
                var operation = table.Find(context.Request, target);
                entry.Operation = operation.Name;
                await rights.DemandAsync(entry.Caller, operation.Right, operation.Level, entry.Account, target, context.Request, query.ContainsKey(Snapshot), cancellationToken);
                Demand(target);
                demand?.Invoke(operation, target);
                await operation.RunAsync(new() { Http = context, Account = entry.Account!, Caller = entry.Caller, Target = target, Now = clock.GetUtcNow() }, cancellationToken);
            },
            cancellationToken);
    }

    private static void Demand(BlobTarget target)
    {
        if (target.Container is { } container && !BlobTarget.IsContainerName(container))
        {
            throw ApiException.BadRequest("InvalidResourceName", "The specified resource name contains invalid characters: a container's has 3 to 63 lower-case letters, digits and single hyphens.");
        }

        if (target.Blob is { } blob && !BlobTarget.IsBlobName(blob))
        {
            throw ApiException.BadRequest("InvalidResourceName", "The specified resource name is not right: a blob's has 1 to 1024 characters, at most 2400 bytes in UTF-8.");
        }
    }
}
