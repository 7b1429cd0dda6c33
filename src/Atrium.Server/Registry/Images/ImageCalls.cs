using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Registry.Tokens;
using Microsoft.Net.Http.Headers;

namespace Atrium.Server.Registry.Images;

/// <summary>Blobs, manifests, tags and referrers of a repository (OCI distribution spec 1.1).</summary>
internal sealed class ImageCalls(ImageAccess access, ImageStore images, ContentFiles files, TimeProvider clock)
{
    private const int LargestManifest = 4 * 1024 * 1024;
    private const int LargestPage = 1000;
    private const int DefaultPage = 100;
    private const string DigestHeader = "Docker-Content-Digest";

    public async Task GetBlobAsync(HttpContext context, string name, string reference, CancellationToken cancellationToken)
    {
        var (place, _) = await access.DemandAsync(context, name, ImageRight.Pull, cancellationToken);
        var digest = UploadCalls.ReadDigest(reference);
        if (await images.FindBlobAsync(place, digest, cancellationToken) is not { } content)
        {
            throw ApiException.NotFound("BLOB_UNKNOWN", $"The blob {digest} is not in the repository.");
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            await images.TouchBlobAsync(place, digest, cancellationToken);
        }

        await SendAsync(context, content.Value.File, digest, "application/octet-stream");
    }

    public async Task DeleteBlobAsync(HttpContext context, string name, string reference, CancellationToken cancellationToken)
    {
        var (place, caller) = await access.DemandAsync(context, name, ImageRight.Delete, cancellationToken);
        var digest = UploadCalls.ReadDigest(reference);
        if (!await images.DeleteBlobAsync(place, digest, Log(context, caller, place, "delete", $"@{digest}"), cancellationToken))
        {
            throw ApiException.NotFound("BLOB_UNKNOWN", $"The blob {digest} is not in the repository.");
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    public async Task GetManifestAsync(HttpContext context, string name, string reference, CancellationToken cancellationToken)
    {
        var (place, _) = await access.DemandAsync(context, name, ImageRight.Pull, cancellationToken);
        var (digest, manifest) = await FindManifestAsync(place, reference, cancellationToken);
        if (!manifest.Attributes.ReadEnabled || await images.FindBlobAsync(place, digest, cancellationToken) is not { } content)
        {
            throw UnknownManifest(reference);
        }

        await SendAsync(context, content.Value.File, digest, manifest.MediaType);
    }

    public async Task PutManifestAsync(HttpContext context, string name, string reference, CancellationToken cancellationToken)
    {
        var (place, caller) = await access.DemandAsync(context, name, ImageRight.Push, cancellationToken);
        var isDigest = Digest.TryParse(reference, out var asked);
        if (!isDigest && !TagName.IsTag(reference))
        {
            throw ApiException.BadRequest("TAG_INVALID", $"'{reference}' is neither a digest nor a tag: {TagName.RuleInWords}.");
        }

        var content = await BoundedBody.ReadAsync(context.Request.Body, context.Request.ContentLength, LargestManifest, cancellationToken) ?? throw ApiException.TooLarge(LargestManifest);
        var digest = asked is null ? Digest.Sha256(content) : Digest.Like(asked, content);
        if (asked is not null && asked != digest)
        {
            throw ApiException.BadRequest("DIGEST_INVALID", $"The manifest has the digest {digest}, not {asked}.");
        }

        var contentType = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) ? type.MediaType.Value : null;
        var manifest = ManifestReader.Read(content, contentType, out var wrong) ?? throw ApiException.BadRequest("MANIFEST_INVALID", wrong);
        var path = files.NewPath();
        await WriteAsync(path, content, cancellationToken);
        await images.AddBlobAsync(place, digest, path, content.Length, cancellationToken);
        var row = Log(context, caller, place, "push/write", isDigest ? $"@{digest}" : $":{reference}");
        if (await images.PutManifestAsync(place, digest, manifest, content.Length, isDigest ? null : reference, row, cancellationToken) is { Count: > 0 } missing)
        {
            throw ApiException.BadRequest("MANIFEST_BLOB_UNKNOWN", $"The manifest names what the repository does not have: {string.Join(", ", missing)}.");
        }

        context.Response.Headers.Location = $"{ImageAccess.PrefixOf(context)}/v2/{name}/manifests/{digest}";
        context.Response.Headers[DigestHeader] = digest.ToString();
        if (manifest.Subject is { } subject)
        {
            context.Response.Headers["OCI-Subject"] = subject.ToString();
        }

        context.Response.StatusCode = StatusCodes.Status201Created;
    }

    /// <summary>By digest the manifest goes with its tags; by tag only the tag.</summary>
    public async Task DeleteManifestAsync(HttpContext context, string name, string reference, CancellationToken cancellationToken)
    {
        var (place, caller) = await access.DemandAsync(context, name, ImageRight.Delete, cancellationToken);
        var gone = Digest.TryParse(reference, out var digest)
            ? await images.DeleteManifestAsync(place, digest, Log(context, caller, place, "delete", $"@{digest}"), cancellationToken)
            : TagName.IsTag(reference) && await images.DeleteTagAsync(place, reference, Log(context, caller, place, "delete", $":{reference}"), cancellationToken);
        if (!gone)
        {
            throw UnknownManifest(reference);
        }

        context.Response.StatusCode = StatusCodes.Status202Accepted;
    }

    public async Task ListTagsAsync(HttpContext context, string name, CancellationToken cancellationToken)
    {
        var (place, _) = await access.DemandAsync(context, name, ImageRight.Pull, cancellationToken);
        await DemandRepositoryAsync(place, name, cancellationToken);
        var (take, last) = ReadPage(context.Request);
        var query = new ResourceQuery
        {
            Type = ImageNames.TagType.ToLowerInvariant(),
            KeyPrefix = place.Id.ChildPrefix + "tags/",
            After = last is null ? null : ImageNames.Tag(place, last).Key,
            Take = take + 1,
        };
        var page = take == 0 ? [] : await images.ListAsync(query, ImageJson.Default.TagRow, cancellationToken);
        string[] tags = [.. page.Take(take).Select(row => TagName.OfSegment(ImageNames.LastSegment(row.Row.Key)))];
        if (page.Count > take)
        {
            LinkNext(context, $"{ImageAccess.PrefixOf(context)}/v2/{name}/tags/list", take, tags[^1]);
        }

        await context.Response.WriteAsJsonAsync(new JsonObject { ["name"] = name, ["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]) }, cancellationToken);
    }

    /// <summary>An index of the manifests whose subject is this one; empty where there is none.</summary>
    public async Task ListReferrersAsync(HttpContext context, string name, string reference, CancellationToken cancellationToken)
    {
        var (place, _) = await access.DemandAsync(context, name, ImageRight.Pull, cancellationToken);
        var subject = UploadCalls.ReadDigest(reference);
        var wanted = context.Request.Query["artifactType"].FirstOrDefault();
        var manifests = new JsonArray();
        var query = new ResourceQuery { Type = ImageNames.ManifestType.ToLowerInvariant(), Link = ImageNames.Manifest(place, subject).Key, Take = ImageStore.PageSize };
        await foreach (var referrer in images.AllAsync(query, ImageJson.Default.ManifestRow, cancellationToken))
        {
            if (wanted is null || referrer.Value.ArtifactType == wanted)
            {
                manifests.Add(Descriptor(referrer));
            }
        }

        if (wanted is not null)
        {
            context.Response.Headers["OCI-Filters-Applied"] = "artifactType";
        }

        var index = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = ManifestReader.OciIndex, ["manifests"] = manifests };
        context.Response.ContentType = ManifestReader.OciIndex;
        await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(index), cancellationToken);
    }

    /// <exception cref="ApiException">400: not a number of rows.</exception>
    public static (int Take, string? Last) ReadPage(HttpRequest request)
    {
        var take = DefaultPage;
        if (request.Query["n"].FirstOrDefault() is { } most && (!int.TryParse(most, NumberStyles.None, CultureInfo.InvariantCulture, out take) || take < 0))
        {
            throw ApiException.BadRequest("PAGINATION_NUMBER_INVALID", $"'n' must be a whole number, 0 or more; found '{most}'.", "n");
        }

        return (Math.Min(take, LargestPage), request.Query["last"].FirstOrDefault() is { Length: > 0 } last ? last : null);
    }

    public static void LinkNext(HttpContext context, string path, int take, string last, string more = "") =>
        context.Response.Headers.Link = $"<{path}?last={Uri.EscapeDataString(last)}&n={take}{more}>; rel=\"next\"";

    public async ValueTask DemandRepositoryAsync(RepositoryPlace place, string name, CancellationToken cancellationToken)
    {
        if (await images.FindRepositoryAsync(place, cancellationToken) is null)
        {
            throw ApiException.NotFound("NAME_UNKNOWN", $"The repository '{name}' is not in the registry.");
        }
    }

    /// <summary>A manifest by tag or digest.</summary>
    /// <exception cref="ApiException">404.</exception>
    public async ValueTask<(Digest Digest, ManifestRow Manifest)> FindManifestAsync(RepositoryPlace place, string reference, CancellationToken cancellationToken)
    {
        if (!Digest.TryParse(reference, out var digest)
            && !(TagName.IsTag(reference) && await images.FindTagAsync(place, reference, cancellationToken) is { Value.Attributes.ReadEnabled: true } tag && Digest.TryParse(tag.Value.Digest, out digest)))
        {
            throw UnknownManifest(reference);
        }

        return await images.FindManifestAsync(place, digest, cancellationToken) is { } manifest ? (digest, manifest.Value) : throw UnknownManifest(reference);
    }

    public ActivityRow Log(HttpContext context, RegistryCaller caller, RepositoryPlace place, string action, string what) => new()
    {
        Time = clock.GetUtcNow(),
        Operation = $"{RegistryType.TypeName}/{action}",
        ResourceId = place.Id.Text,
        Caller = caller.Name,
        CorrelationId = CorrelationId.Of(context),
        Status = "Succeeded",
        HttpStatus = StatusCodes.Status200OK,
        Properties = new JsonObject { ["artifact"] = $"{place.Name}{what}" }.ToJsonString(),
    };

    private async Task SendAsync(HttpContext context, string file, Digest digest, string contentType)
    {
        context.Response.Headers[DigestHeader] = digest.ToString();
        Stream stream;
        try
        {
            stream = await files.OpenAsync(file, context.RequestAborted);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            // It was removed between two looks.
            throw ApiException.NotFound("BLOB_UNKNOWN", $"The blob {digest} is not in the repository.");
        }

        await TypedResults.Stream(stream, contentType, entityTag: new EntityTagHeaderValue($"\"{digest}\""), enableRangeProcessing: true).ExecuteAsync(context);
    }

    private static async Task WriteAsync(string path, byte[] content, CancellationToken cancellationToken)
    {
        try
        {
            await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = PrivateFile.OwnerOnly, BufferSize = 0 });
            await file.WriteAsync(content, cancellationToken);
            file.Flush(flushToDisk: true);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    private static JsonObject Descriptor(Kept<ManifestRow> manifest)
    {
        var descriptor = new JsonObject { ["mediaType"] = manifest.Value.MediaType, ["digest"] = ImageNames.LastSegment(manifest.Row.Key), ["size"] = manifest.Value.Size };
        if (manifest.Value.ArtifactType is { } type)
        {
            descriptor["artifactType"] = type;
        }

        if (manifest.Value.Annotations is { } annotations)
        {
            descriptor["annotations"] = JsonObject.Create(annotations);
        }

        return descriptor;
    }

    private static ApiException UnknownManifest(string reference) => ApiException.NotFound("MANIFEST_UNKNOWN", $"The manifest '{reference}' is not in the repository.");
}
