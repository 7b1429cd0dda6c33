using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Registry.Images;

/// <summary>
/// Collects what nothing needs any more: contents that no manifest names, untagged manifests where the registry's retention policy says so, repositories of
/// projects that went for good, and files without a row. Each removal holds only for the version it looked at, and a push touches all that it relies on, so
/// neither sees the other half done.
/// </summary>
internal sealed partial class ImageSweep(
    IAtriumStore store, ImageStore images, ContentFiles files, RegistryDirectory directory, TimeProvider clock, ILogger<ImageSweep> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(6);

    /// <summary>How long a content may wait for the manifest that names it, and a started upload for its next chunk.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                LogFailed(failure);
            }
        }
    }

    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        var old = clock.GetUtcNow() - Grace;
        files.RemoveUploads(old.UtcDateTime);
        var projects = await ProjectsAsync(cancellationToken);
        var reader = new ResourceReader(store);
        foreach (var registry in (await directory.ReadAsync(cancellationToken)).Registries.Values)
        {
            var untagged = await reader.FindAsync(registry.Id, cancellationToken) is { } resource ? UntaggedEnd(resource) : null;
            var query = new ResourceQuery { Type = Lower(ImageNames.RepositoryType), KeyPrefix = registry.Id.ChildPrefix + "repositories/", Take = ImageStore.PageSize };
            await foreach (var repository in images.AllAsync(query, ImageJson.Default.RepositoryRow, cancellationToken))
            {
                var place = new RepositoryPlace(registry, RepositoryName.OfSegment(ImageNames.LastSegment(repository.Row.Key)), null);
                if (place.Name.ProjectPart is { } workspace && !projects.Contains(workspace))
                {
                    await RemoveRepositoryAsync(place, repository.Row, cancellationToken);
                    continue;
                }

                if (untagged is { } end)
                {
                    await RemoveUntaggedAsync(place, end, cancellationToken);
                }
            }

            await CollectAsync(registry, old, cancellationToken);
        }

        await RemoveFilesAsync(old.UtcDateTime, cancellationToken);
    }

    /// <summary>Removes what no manifest names and no push has touched since that time.</summary>
    public async Task CollectAsync(RegistryEntry registry, DateTimeOffset old, CancellationToken cancellationToken)
    {
        await RemoveBlobsAsync(registry, old, cancellationToken);
        await RemoveContentsAsync(registry, cancellationToken);
    }

    /// <summary>Removes a repository with all that it has. False: somebody wrote to it meanwhile.</summary>
    public async Task<bool> RemoveRepositoryAsync(RepositoryPlace place, StoredResource repository, CancellationToken cancellationToken)
    {
        foreach (var (type, segment) in new[] { (ImageNames.TagType, "tags/"), (ImageNames.ManifestType, "manifests/"), (ImageNames.BlobType, "blobs/") })
        {
            var query = new ResourceQuery { Type = Lower(type), KeyPrefix = place.Id.ChildPrefix + segment, Take = ImageStore.PageSize };
            while (await store.ListAsync(query, cancellationToken) is { Count: > 0 } page)
            {
                if (!await images.RemoveAsync(page, cancellationToken))
                {
                    return false;
                }
            }
        }

        return await images.RemoveAsync([repository], cancellationToken);
    }

    /// <summary>Workspace ids of all projects that are there or can be recovered.</summary>
    private async Task<HashSet<string>> ProjectsAsync(CancellationToken cancellationToken)
    {
        var found = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var deleted in (bool[])[false, true])
        {
            await foreach (var workspace in new ResourceReader(store).AllAsync(new() { Type = Workspaces.TypeKey, Deleted = deleted, Take = ImageStore.PageSize }, cancellationToken))
            {
                if (workspace.Properties.Text("workspaceId") is { } id)
                {
                    found.Add(id);
                }
            }
        }

        return found;
    }

    /// <summary>Untagged manifests not changed since then go, as <c>policies.retentionPolicy</c> says; null where it is off.</summary>
    private DateTimeOffset? UntaggedEnd(Resource registry) =>
        registry.Properties["policies"]?["retentionPolicy"] is JsonObject policy && policy.Text("status") is { } status && status.Equals("enabled", StringComparison.OrdinalIgnoreCase)
            && policy["days"] is JsonValue value && value.TryGetValue<int>(out var days)
            ? clock.GetUtcNow() - TimeSpan.FromDays(days)
            : null;

    private async Task RemoveUntaggedAsync(RepositoryPlace place, DateTimeOffset end, CancellationToken cancellationToken)
    {
        var all = new List<Kept<ManifestRow>>();
        await foreach (var manifest in images.ManifestsAsync(place, cancellationToken))
        {
            all.Add(manifest);
        }

        var named = all.SelectMany(manifest => manifest.Value.Manifests).ToHashSet(StringComparer.Ordinal);
        foreach (var manifest in all.Where(m => m.Value.Changed < end && m.Value.Subject is null && m.Value.Attributes.DeleteEnabled && !named.Contains(ImageNames.LastSegment(m.Row.Key))))
        {
            if ((await store.ListAsync(new() { Type = Lower(ImageNames.TagType), Link = manifest.Row.Key, Take = 1 }, cancellationToken)).Count == 0)
            {
                await images.RemoveAsync([manifest.Row], cancellationToken);
            }
        }
    }

    /// <summary>A repository forgets contents that none of its manifests names and that no push has touched for long. Its blobs lie side by side, so its manifests are read once.</summary>
    private async Task RemoveBlobsAsync(RegistryEntry registry, DateTimeOffset old, CancellationToken cancellationToken)
    {
        var (current, named) = ("", new HashSet<string>(StringComparer.Ordinal));
        var query = new ResourceQuery { Type = Lower(ImageNames.BlobType), KeyPrefix = registry.Id.ChildPrefix + "repositories/", Take = ImageStore.PageSize };
        await foreach (var blob in images.AllAsync(query, ImageJson.Default.BlobRow, cancellationToken))
        {
            if (blob.Value.Touched >= old)
            {
                continue;
            }

            var repository = ResourceId.Parse(blob.Row.Id).Parent!.Name;
            if (repository != current)
            {
                (current, named) = (repository, await NamedAsync(new(registry, RepositoryName.OfSegment(repository), null), cancellationToken));
            }

            if (!named.Contains(ImageNames.LastSegment(blob.Row.Key)))
            {
                await images.RemoveAsync([blob.Row], cancellationToken);
            }
        }
    }

    private async Task<HashSet<string>> NamedAsync(RepositoryPlace place, CancellationToken cancellationToken)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var manifest in images.ManifestsAsync(place, cancellationToken))
        {
            named.Add(ImageNames.LastSegment(manifest.Row.Key));
            named.UnionWith(manifest.Value.Blobs);
        }

        return named;
    }

    private async Task RemoveContentsAsync(RegistryEntry registry, CancellationToken cancellationToken)
    {
        var query = new ResourceQuery { Type = Lower(ImageNames.ContentType), KeyPrefix = registry.Id.ChildPrefix + "contents/", Take = ImageStore.PageSize };
        await foreach (var content in images.AllAsync(query, ImageJson.Default.ContentRow, cancellationToken))
        {
            var isNeeded = (await store.ListAsync(new() { Type = Lower(ImageNames.BlobType), Link = content.Row.Key, Take = 1 }, cancellationToken)).Count > 0;
            if (!isNeeded && await images.RemoveAsync([content.Row], cancellationToken))
            {
                files.Remove(content.Value.File);
                LogRemoved(content.Value.File, content.Value.Size);
            }
        }
    }

    private async Task RemoveFilesAsync(DateTime old, CancellationToken cancellationToken)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var content in images.AllAsync(new() { Type = Lower(ImageNames.ContentType), Take = ImageStore.PageSize }, ImageJson.Default.ContentRow, cancellationToken))
        {
            named.Add(content.Value.File);
        }

        foreach (var (name, written) in files.All())
        {
            if (written < old && !named.Contains(name))
            {
                files.Remove(name);
            }
        }
    }

    private static string Lower(string type) => type.ToLowerInvariant();

    [LoggerMessage(LogLevel.Information, "Image content '{File}' ({Size} bytes) is no longer needed and was removed.")]
    private partial void LogRemoved(string file, long size);

    [LoggerMessage(LogLevel.Error, "Images could not be swept.")]
    private partial void LogFailed(Exception failure);
}
