using Atrium.Server.Hosting;
using Atrium.Server.Storage.Blobs.Batches;
using Atrium.Server.Storage.Blobs.Operations;

namespace Atrium.Server.Storage.Blobs;

/// <summary>All operations of the blob service, and which of them a request is.</summary>
internal sealed class BlobOperationTable(
    ServiceOperations service,
    PropertyOperations properties,
    FindOperations finds,
    ContainerOperations containers,
    ListOperations lists,
    BlobOperations blobs,
    StateOperations states,
    BlockOperations blocks,
    AppendOperations appends,
    CopyOperations copies,
    BatchOperations batches)
{
    private readonly ILookup<(string Method, BlobLevel Level, string Comp), BlobOperation> operations =
        new[] { service.All, properties.All, finds.All, containers.All, lists.All, blobs.All, states.All, blocks.All, appends.All, copies.All, batches.All }.SelectMany(all => all).ToLookup(o => (o.Method, o.Level, o.Comp));

    /// <exception cref="ApiException">400, 405 or 501: there is no such operation.</exception>
    public BlobOperation Find(HttpRequest request, BlobTarget target)
    {
        var level = target switch { { Container: null } => BlobLevel.Service, { Blob: null } => BlobLevel.Container, _ => BlobLevel.Blob };
        var comp = Word(request, "comp");
        if (Word(request, "restype") == "account" && comp == "properties")
        {
            (level, comp) = (BlobLevel.Service, "account");
        }

        // Of several operations at one address the one whose headers were all sent, and most of them.
        var found = operations[(request.Method, level, comp)]
            .Where(o => (o.Header is null || request.Headers.ContainsKey(o.Header)) && (o.SecondHeader is null || request.Headers.ContainsKey(o.SecondHeader)))
            .MaxBy(o => (o.Header is null ? 0 : 1) + (o.SecondHeader is null ? 0 : 1));
        return found ?? throw Unknown(request, level, comp);
    }

    private ApiException Unknown(HttpRequest request, BlobLevel level, string comp) => operations.Any(o => o.Key.Level == level && o.Key.Comp == comp)
        ? ApiException.Published(StatusCodes.Status405MethodNotAllowed, "UnsupportedHttpVerb", $"The resource doesn't support {request.Method}.")
        : ApiException.NotBuilt($"{request.Method} with comp={comp} of the blob service");

    private static string Word(HttpRequest request, string name) => ((string?)request.Query[name] ?? "").ToLowerInvariant();
}
