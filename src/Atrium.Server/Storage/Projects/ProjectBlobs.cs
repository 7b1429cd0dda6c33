using Atrium.Server.Hosting;
using Atrium.Server.Hubs;
using Atrium.Storage;
using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Projects;

/// <inheritdoc/>
internal sealed class ProjectBlobs(StorageAccounts accounts, BlobContainers containers, BlobStore blobs, BlobReader reader, BlobWriter writer, BlobList list, HostNames hosts) : IProjectBlobs
{
    private const long MostBytes = 64L * 1024 * 1024 * 1024;

    public async Task<(ProjectBlob Blob, Stream Content)?> OpenAsync(ProjectScope project, ProjectContainer container, string path, CancellationToken cancellationToken)
    {
        var at = await AddressOfAsync(project, container, path, cancellationToken);
        return await reader.OpenAsync(at, cancellationToken) is { } found ? (View(path, found.Blob), found.Content) : null;
    }

    public async Task<ProjectBlob> WriteAsync(ProjectScope project, ProjectContainer container, string path, Stream content, string contentType, CancellationToken cancellationToken)
    {
        var at = await AddressOfAsync(project, container, path, cancellationToken);
        return View(path, await writer.WriteAsync(at, BlobKind.Block, content, MostBytes, new() { Headers = new() { ContentType = contentType } }, cancellationToken));
    }

    public async Task<IReadOnlyList<ProjectBlob>> ListAsync(ProjectScope project, ProjectContainer container, string prefix, string? after, int take, CancellationToken cancellationToken)
    {
        var at = await AddressOfAsync(project, container, prefix, cancellationToken);
        var query = new BlobQuery { Prefix = prefix, Take = take, Marker = after is null ? null : [.. System.Text.Encoding.UTF8.GetBytes(after), 1] };
        var page = await list.ListAsync(at.Account, at.Container, query, cancellationToken);
        return [.. page.Entries.Select(entry => View(entry.Name, entry.Blob!))];
    }

    public async Task<bool> DeleteAsync(ProjectScope project, ProjectContainer container, string path, CancellationToken cancellationToken)
    {
        var at = await AddressOfAsync(project, container, path, cancellationToken);
        try
        {
            await blobs.DeleteAsync(at, "include", isForGood: false, Conditions.None, cancellationToken);
            return true;
        }
        catch (StorageException missing) when (missing.Code == StorageFaults.NoBlob().Code)
        {
            return false;
        }
    }

    public async Task<Uri> AddressAsync(ProjectScope project, ProjectContainer container, string path, CancellationToken cancellationToken)
    {
        var at = await AddressOfAsync(project, container, path, cancellationToken);
        var name = string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        return new(hosts.OfBlobs(project.StorageAccount!.Name) + $"{at.Container}/{name}");
    }

    /// <summary>Makes the container of a project from before there were any.</summary>
    private async ValueTask<BlobAddress> AddressOfAsync(ProjectScope project, ProjectContainer container, string path, CancellationToken cancellationToken)
    {
        var account = await ProjectStorage.FindAccountAsync(project, accounts, cancellationToken)
            ?? throw ApiException.Conflict("StorageAccountNotFound", $"The hub of '{project.Project}' names no storage account that is here, so there is no place for the project's data.");
        var name = ProjectNames.Of(project, container);
        await ProjectStorage.EnsureContainerAsync(account, name, containers, cancellationToken);
        return new(account.Data, name, path);
    }

    private static ProjectBlob View(string path, StoredBlob blob) => new(path, blob.Length, blob.Headers?.ContentType, new(blob.Modified, TimeSpan.Zero));
}
