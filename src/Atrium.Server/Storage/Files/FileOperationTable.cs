using Atrium.Server.Hosting;
using Atrium.Server.Storage.Files.Operations;

namespace Atrium.Server.Storage.Files;

/// <summary>All operations of the file service, and which of them a request is.</summary>
internal sealed class FileOperationTable(FileServiceOperations service, ShareOperations shares, DirectoryOperations directories, FileOperations files, FileCopyOperations copies)
{
    private readonly ILookup<(string Method, FileLevel Level, string Comp), FileOperation> operations =
        new[] { service.All, shares.All, directories.All, files.All, copies.All }.SelectMany(all => all).ToLookup(o => (o.Method, o.Level, o.Comp));

    /// <exception cref="ApiException">405 or 501: there is no such operation.</exception>
    public FileOperation Find(HttpRequest request, FileTarget target)
    {
        var (restype, comp) = (Word(request, "restype"), Word(request, "comp"));
        var level = target.Share is null ? FileLevel.Service
            : restype == "directory" || (target.Path is null && restype != "share") ? FileLevel.Directory
            : target.Path is null ? FileLevel.Share
            : FileLevel.File;
        var found = operations[(request.Method, level, comp)].Where(o => o.Header is null || request.Headers.ContainsKey(o.Header)).MaxBy(o => o.Header is null ? 0 : 1);
        return found ?? throw (operations.Any(o => o.Key.Level == level && o.Key.Comp == comp)
            ? ApiException.Published(StatusCodes.Status405MethodNotAllowed, "UnsupportedHttpVerb", $"The resource doesn't support {request.Method}.")
            : ApiException.NotBuilt($"{request.Method} with restype={restype} and comp={comp} of the file service"));
    }

    private static string Word(HttpRequest request, string name) => ((string?)request.Query[name] ?? "").ToLowerInvariant();
}
