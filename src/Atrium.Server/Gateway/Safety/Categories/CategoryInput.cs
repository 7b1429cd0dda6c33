using Atrium.Persistence;
using Atrium.Server.Egress;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Projects;

namespace Atrium.Server.Gateway.Safety.Categories;

/// <summary>Brings the examples of a category: from a URL, from a blob of the project, or out of the request itself.</summary>
internal sealed class CategoryInput(UrlFetcher fetcher, IProjectBlobs blobs, IAtriumStore store)
{
    public static readonly EgressDoor Door = new("category-samples", "The examples that a custom category of Content Safety is taught by, named by their URL") { MaxRedirects = 5 };

    /// <summary>A blob of the project, in the words of Azure Machine Learning.</summary>
    private const string BlobPrefix = "azureml://datastores/workspaceblobstore/paths/";
    private const string DataPrefix = "data:";

    /// <exception cref="FetchRefusedException">They cannot be had. The message is for the caller.</exception>
    public async Task<byte[]> ReadAsync(KeyOwner owner, string url, CancellationToken cancellationToken) => url switch
    {
        _ when url.StartsWith(DataPrefix, StringComparison.OrdinalIgnoreCase) => Decode(url),
        _ when url.StartsWith(BlobPrefix, StringComparison.OrdinalIgnoreCase) => await OpenAsync(owner, Uri.UnescapeDataString(url[BlobPrefix.Length..]), cancellationToken),
        _ => await fetcher.FetchAsync(Door, url, owner.IsProject ? owner.Id.Key : owner.Hub, CategorySamples.MaxBytes, cancellationToken),
    };

    /// <summary>An address without what opens it, which is all that is kept of it.</summary>
    public static string Shown(string url) => url.StartsWith(DataPrefix, StringComparison.OrdinalIgnoreCase) ? "data:"
        : Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address.GetLeftPart(UriPartial.Path)
        : url;

    private static byte[] Decode(string url)
    {
        var comma = url.IndexOf(',', StringComparison.Ordinal);
        var bytes = new byte[Math.Max(0, url.Length - comma)];
        return comma > 0 && url[..comma].EndsWith(";base64", StringComparison.OrdinalIgnoreCase) && Convert.TryFromBase64Chars(url.AsSpan(comma + 1), bytes, out var written)
            ? bytes.Length <= CategorySamples.MaxBytes * 4 / 3 ? bytes[..written] : throw new FetchRefusedException($"There are more than {CategorySamples.MaxBytes} bytes in it.")
            : throw new FetchRefusedException("A data URL must be of the form data:application/jsonl;base64,...");
    }

    private async Task<byte[]> OpenAsync(KeyOwner owner, string path, CancellationToken cancellationToken)
    {
        if (!owner.IsProject || await ProjectScope.FindAsync(owner.Id, new ResourceReader(store), cancellationToken) is not { } project)
        {
            throw new FetchRefusedException("Only a project has a workspaceblobstore. Call with a project's key.");
        }

        if (await blobs.OpenAsync(project, ProjectContainer.Data, path, cancellationToken) is not { } found)
        {
            throw new FetchRefusedException($"The project's workspaceblobstore has no '{path}'.");
        }

        await using var content = found.Content;
        return await BoundedBody.ReadAsync(content, found.Blob.Length, CategorySamples.MaxBytes, cancellationToken)
            ?? throw new FetchRefusedException($"'{path}' has more than {CategorySamples.MaxBytes} bytes.");
    }
}
