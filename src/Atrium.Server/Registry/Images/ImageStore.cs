using System.Text.Json.Serialization.Metadata;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using static Atrium.Server.Registry.Images.ImageLocks;
using static Atrium.Server.Registry.Images.KeptRows;

namespace Atrium.Server.Registry.Images;

/// <summary>
/// What the repositories of the registries have. Whatever a write relies on it also touches, with the version it read, so that of a push and a removal at the
/// same moment exactly one wins: a manifest that was accepted has all that it names.
/// </summary>
internal sealed class ImageStore(IAtriumStore store, ContentFiles files, TimeProvider clock)
{
    public const int PageSize = 500;
    private const int MaxTries = 32;

    public ValueTask<Kept<RepositoryRow>?> FindRepositoryAsync(RepositoryPlace place, CancellationToken cancellationToken) => FindAsync(place.Id, ImageJson.Default.RepositoryRow, cancellationToken);

    public ValueTask<Kept<ManifestRow>?> FindManifestAsync(RepositoryPlace place, Digest digest, CancellationToken cancellationToken) =>
        FindAsync(ImageNames.Manifest(place, digest), ImageJson.Default.ManifestRow, cancellationToken);

    public ValueTask<Kept<TagRow>?> FindTagAsync(RepositoryPlace place, string tag, CancellationToken cancellationToken) =>
        FindAsync(ImageNames.Tag(place, tag), ImageJson.Default.TagRow, cancellationToken);

    /// <summary>The content, when this repository has it.</summary>
    public async ValueTask<Kept<ContentRow>?> FindBlobAsync(RepositoryPlace place, Digest digest, CancellationToken cancellationToken) =>
        await store.FindAsync(ImageNames.Blob(place, digest).Key, cancellationToken) is null ? null : await FindContentAsync(place, digest, cancellationToken);

    /// <summary>A page of rows under a repository or registry, in the order of keys.</summary>
    public async ValueTask<IReadOnlyList<Kept<T>>> ListAsync<T>(ResourceQuery query, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        [.. (await store.ListAsync(query, cancellationToken)).Select(row => Read(row, type))];

    /// <summary>Gives the repository a content whose file is complete and flushed. Where the scope has it already, the file goes.</summary>
    public async Task AddBlobAsync(RepositoryPlace place, Digest digest, string path, long size, CancellationToken cancellationToken)
    {
        string? name = null;
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            var now = clock.GetUtcNow();
            var content = await FindContentAsync(place, digest, cancellationToken);
            if (content is null)
            {
                name ??= await files.KeepAsync(path, place, digest, cancellationToken);
            }

            var blob = await FindAsync(ImageNames.Blob(place, digest), ImageJson.Default.BlobRow, cancellationToken);
            var written = await store.CommitAsync(
                new()
                {
                    Resources =
                    [
                        Write(ImageNames.Content(place, digest), ImageNames.ContentType, content?.Row, content is null ? new(name!, size, now) : content.Value with { Touched = now }, ImageJson.Default.ContentRow),
                        Write(ImageNames.Blob(place, digest), ImageNames.BlobType, blob?.Row, new(size, now), ImageJson.Default.BlobRow, ImageNames.Content(place, digest).Key),
                    ],
                },
                cancellationToken);
            if (written.Committed)
            {
                if (content is not null)
                {
                    // Somebody else's file serves.
                    File.Delete(path);
                    if (name is not null)
                    {
                        files.Remove(name);
                    }
                }

                return;
            }
        }

        throw Busy();
    }

    /// <summary>Gives the repository a content that another repository of the same scope has. False: that one has it no more.</summary>
    public async Task<bool> MountAsync(RepositoryPlace from, RepositoryPlace to, Digest digest, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            var now = clock.GetUtcNow();
            if (await FindBlobAsync(from, digest, cancellationToken) is not { } content)
            {
                return false;
            }

            var blob = await FindAsync(ImageNames.Blob(to, digest), ImageJson.Default.BlobRow, cancellationToken);
            var written = await store.CommitAsync(
                new()
                {
                    Resources =
                    [
                        Write(ImageNames.Content(to, digest), ImageNames.ContentType, content.Row, content.Value with { Touched = now }, ImageJson.Default.ContentRow),
                        Write(ImageNames.Blob(to, digest), ImageNames.BlobType, blob?.Row, new(content.Value.Size, now), ImageJson.Default.BlobRow, ImageNames.Content(to, digest).Key),
                    ],
                },
                cancellationToken);
            if (written.Committed)
            {
                return true;
            }
        }

        throw Busy();
    }

    /// <summary>A push found the content here and will not send it: it must not go before the manifest comes.</summary>
    public async Task TouchBlobAsync(RepositoryPlace place, Digest digest, CancellationToken cancellationToken)
    {
        var id = ImageNames.Blob(place, digest);
        if (await FindAsync(id, ImageJson.Default.BlobRow, cancellationToken) is { } blob && blob.Value.Touched < clock.GetUtcNow() - ImageSweep.Grace / 2)
        {
            // Who is too late finds out when the manifest comes.
            await store.CommitAsync(new() { Resources = [Write(id, ImageNames.BlobType, blob.Row, blob.Value with { Touched = clock.GetUtcNow() }, ImageJson.Default.BlobRow, blob.Row.Link)] }, cancellationToken);
        }
    }

    /// <summary>Keeps a manifest whose bytes the repository has as a blob, and lets a tag name it.</summary>
    /// <returns>Digests that it names and the repository does not have; empty when it is kept.</returns>
    public async Task<IReadOnlyList<Digest>> PutManifestAsync(RepositoryPlace place, Digest digest, Manifest manifest, long size, string? tag, ActivityRow row, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            var now = clock.GetUtcNow();
            var missing = new List<Digest>();
            var writes = new List<ResourceWrite>();
            foreach (var named in manifest.Blobs.Append(digest).Distinct())
            {
                var id = ImageNames.Blob(place, named);
                if (await FindAsync(id, ImageJson.Default.BlobRow, cancellationToken) is { } blob)
                {
                    writes.Add(Write(id, ImageNames.BlobType, blob.Row, blob.Value with { Touched = now }, ImageJson.Default.BlobRow, blob.Row.Link));
                }
                else
                {
                    missing.Add(named);
                }
            }

            foreach (var named in manifest.Manifests.Where(named => named != digest))
            {
                var id = ImageNames.Manifest(place, named);
                if (await FindAsync(id, ImageJson.Default.ManifestRow, cancellationToken) is { } child)
                {
                    writes.Add(Write(id, ImageNames.ManifestType, child.Row, child.Value, ImageJson.Default.ManifestRow, child.Row.Link));
                }
                else
                {
                    missing.Add(named);
                }
            }

            if (missing.Count > 0)
            {
                return missing;
            }

            var repository = await FindRepositoryAsync(place, cancellationToken);
            var known = await FindManifestAsync(place, digest, cancellationToken);
            DemandWritable(repository?.Value.Attributes, place.Name.Text);
            writes.Add(Write(place.Id, ImageNames.RepositoryType, repository?.Row, (repository?.Value ?? new(now, now)) with { Changed = now }, ImageJson.Default.RepositoryRow));
            writes.Add(Write(
                ImageNames.Manifest(place, digest), ImageNames.ManifestType, known?.Row, Row(manifest, size, known?.Value, now), ImageJson.Default.ManifestRow,
                manifest.Subject is { } subject ? ImageNames.Manifest(place, subject).Key : null));
            if (tag is not null)
            {
                var old = await FindTagAsync(place, tag, cancellationToken);
                DemandWritable(old?.Value.Attributes, $"{place.Name}:{tag}");
                writes.Add(Write(
                    ImageNames.Tag(place, tag), ImageNames.TagType, old?.Row, (old?.Value ?? new(digest.ToString(), now, now)) with { Digest = digest.ToString(), Changed = now },
                    ImageJson.Default.TagRow, ImageNames.Manifest(place, digest).Key));
            }

            if ((await store.CommitAsync(new() { Resources = writes, Activity = [row] }, cancellationToken)).Committed)
            {
                return [];
            }
        }

        throw Busy();
    }

    /// <summary>Removes a manifest and the tags that name it. False: it is not there.</summary>
    public async Task<bool> DeleteManifestAsync(RepositoryPlace place, Digest digest, ActivityRow row, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            if (await FindManifestAsync(place, digest, cancellationToken) is not { } manifest)
            {
                return false;
            }

            DemandDeletable(manifest.Value.Attributes, $"{place.Name}@{digest}");
            var writes = new List<ResourceWrite> { Removal(manifest.Row) };
            await foreach (var tag in AllAsync(new() { Type = ImageNames.TagType.ToLowerInvariant(), Link = manifest.Row.Key, Take = PageSize }, ImageJson.Default.TagRow, cancellationToken))
            {
                DemandDeletable(tag.Value.Attributes, $"{place.Name}:{TagName.OfSegment(ImageNames.LastSegment(tag.Row.Key))}");
                writes.Add(Removal(tag.Row));
            }

            if ((await store.CommitAsync(new() { Resources = writes, Activity = [row] }, cancellationToken)).Committed)
            {
                return true;
            }
        }

        throw Busy();
    }

    /// <summary>Removes a tag; the manifest stays. False: it is not there.</summary>
    public async Task<bool> DeleteTagAsync(RepositoryPlace place, string tag, ActivityRow row, CancellationToken cancellationToken)
    {
        if (await FindTagAsync(place, tag, cancellationToken) is not { } found)
        {
            return false;
        }

        DemandDeletable(found.Value.Attributes, $"{place.Name}:{tag}");
        return (await store.CommitAsync(new() { Resources = [Removal(found.Row)], Activity = [row] }, cancellationToken)).Committed
            || await DeleteTagAsync(place, tag, row, cancellationToken);
    }

    /// <summary>That the repository has a content is forgotten, unless one of its manifests names it. False: it does not have it.</summary>
    public async Task<bool> DeleteBlobAsync(RepositoryPlace place, Digest digest, ActivityRow row, CancellationToken cancellationToken)
    {
        if (await FindAsync(ImageNames.Blob(place, digest), ImageJson.Default.BlobRow, cancellationToken) is not { } blob)
        {
            return false;
        }

        await foreach (var manifest in ManifestsAsync(place, cancellationToken))
        {
            if (manifest.Value.Blobs.Contains(digest.ToString()) || ImageNames.LastSegment(manifest.Row.Key) == digest.ToString())
            {
                throw ApiException.MethodNotAllowed("DELETE", "HEAD, GET: a manifest of the repository names the blob. Delete the manifest");
            }
        }

        return (await store.CommitAsync(new() { Resources = [Removal(blob.Row)], Activity = [row] }, cancellationToken)).Committed
            || await DeleteBlobAsync(place, digest, row, cancellationToken);
    }

    /// <summary>Every manifest of a repository.</summary>
    public IAsyncEnumerable<Kept<ManifestRow>> ManifestsAsync(RepositoryPlace place, CancellationToken cancellationToken) => AllAsync(
        new() { Type = ImageNames.ManifestType.ToLowerInvariant(), KeyPrefix = place.Id.ChildPrefix + "manifests/", Take = PageSize }, ImageJson.Default.ManifestRow, cancellationToken);

    /// <summary>Changes a row as it is then, however many write it. Null: it is not there.</summary>
    public async Task<T?> ChangeAsync<T>(ResourceId id, Func<T, T> change, JsonTypeInfo<T> type, ActivityRow row, CancellationToken cancellationToken)
        where T : class
    {
        for (var attempt = 0; attempt < MaxTries; attempt++)
        {
            if (await FindAsync(id, type, cancellationToken) is not { } found)
            {
                return null;
            }

            var changed = change(found.Value);
            if ((await store.CommitAsync(new() { Resources = [Write(id, found.Row.Type, found.Row, changed, type, found.Row.Link)], Activity = [row] }, cancellationToken)).Committed)
            {
                return changed;
            }
        }

        throw Busy();
    }

    /// <summary>Rows page by page, all of them.</summary>
    public async IAsyncEnumerable<Kept<T>> AllAsync<T>(
        ResourceQuery query, JsonTypeInfo<T> type, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await store.ListAsync(query, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                yield return Read(row, type);
            }

            query = query with { After = page[^1].Key };
        }
    }

    /// <summary>Removes rows with the versions they were read at. False: one of them changed, and nothing was removed.</summary>
    public async ValueTask<bool> RemoveAsync(IEnumerable<StoredResource> rows, CancellationToken cancellationToken) =>
        (await store.CommitAsync(new() { Resources = [.. rows.Select(Removal)] }, cancellationToken)).Committed;

    public ValueTask<long> CountAsync(ResourceQuery query, CancellationToken cancellationToken) => store.CountAsync(query, cancellationToken);

    /// <summary>Leaves a row in the activity log about work that was more than one commit.</summary>
    public async ValueTask LogAsync(ActivityRow row, CancellationToken cancellationToken) => await store.CommitAsync(new() { Activity = [row] }, cancellationToken);

    private ValueTask<Kept<ContentRow>?> FindContentAsync(RepositoryPlace place, Digest digest, CancellationToken cancellationToken) =>
        FindAsync(ImageNames.Content(place, digest), ImageJson.Default.ContentRow, cancellationToken);

    private async ValueTask<Kept<T>?> FindAsync<T>(ResourceId id, JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        await store.FindAsync(id.Key, cancellationToken) is { } row ? Read(row, type) : null;

    private static ManifestRow Row(Manifest manifest, long size, ManifestRow? known, DateTimeOffset now) => new()
    {
        MediaType = manifest.MediaType,
        Size = size,
        ArtifactType = manifest.ArtifactType,
        Blobs = [.. manifest.Blobs.Select(blob => blob.ToString())],
        Manifests = [.. manifest.Manifests.Select(child => child.ToString())],
        Config = manifest.Config?.ToString(),
        Subject = manifest.Subject?.ToString(),
        Annotations = manifest.Annotations,
        Created = known?.Created ?? now,
        Changed = now,
        Attributes = known?.Attributes ?? new(),
    };

    private static ApiException Busy() => ApiException.Unavailable("UNAVAILABLE", "Too many write this repository at once. Try again.", TimeSpan.FromSeconds(1));
}
