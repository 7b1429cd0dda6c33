using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Registry.Tokens;
using Atrium.Server.Resources;

namespace Atrium.Server.Registry.Images;

/// <summary>Repositories and what is known of their artifacts (Azure Container Registry REST, 2021-07-01, <c>/acr/v1</c>), and the distribution API's catalog.</summary>
internal sealed class CatalogCalls(ImageAccess access, RegistryDirectory directory, ImageStore images, ImageCalls calls, ImageSweep sweep)
{
    /// <summary>Of a registry's own repositories who may read it, and of each project's who may read those.</summary>
    public async Task ListAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var (registry, caller) = await access.DemandRegistryAsync(context, cancellationToken);
        var (take, last) = ImageCalls.ReadPage(context.Request);
        var rows = $"{registry.Id.ChildPrefix}repositories/";
        var after = last is null ? "" : rows + last.Replace('/', '!');
        var names = new List<string>();
        var prefixes = await PrefixesAsync(registry, caller, cancellationToken);
        if (prefixes.Count == 0)
        {
            // Who sees nothing here does not learn that there is such a registry.
            throw ImageAccess.CatalogChallenge(context, caller);
        }

        await access.DemandOpenAsync(context, registry, cancellationToken);

        foreach (var prefix in prefixes)
        {
            // A little before the first one, so that the prefix itself is among them.
            var before = prefix.Length == 0 ? "" : rows + prefix[..^1];
            var query = new ResourceQuery
            {
                Type = ImageNames.RepositoryType.ToLowerInvariant(), KeyPrefix = rows, After = string.CompareOrdinal(after, before) > 0 ? after : before, Take = ImageStore.PageSize,
            };
            await foreach (var repository in images.AllAsync(query, ImageJson.Default.RepositoryRow, cancellationToken))
            {
                var name = ImageNames.LastSegment(repository.Row.Key);
                if (names.Count > take || (string.CompareOrdinal(name, prefix) > 0 && !name.StartsWith(prefix, StringComparison.Ordinal)))
                {
                    break;
                }

                if (repository.Value.Attributes.ListEnabled && name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    names.Add(name.Replace('!', '/'));
                }
            }
        }

        string[] page = [.. names.Take(take)];
        if (names.Count > take && take > 0)
        {
            ImageCalls.LinkNext(context, context.Request.Path, take, page[^1]);
        }

        await context.Response.WriteAsJsonAsync(new JsonObject { ["repositories"] = new JsonArray([.. page.Select(name => (JsonNode)name)]) }, cancellationToken);
    }

    /// <summary>One call under <c>/acr/v1/{name}</c>.</summary>
    public async Task AnswerAsync(HttpContext context, string path, CancellationToken cancellationToken)
    {
        var method = context.Request.Method.ToUpperInvariant();
        var right = method switch { "GET" => ImageRight.ReadMetadata, "PATCH" => ImageRight.WriteMetadata, "DELETE" => ImageRight.Delete, _ => throw ApiException.MethodNotAllowed(method, "GET, PATCH, DELETE") };
        var parts = path.Split('/');
        var (name, collection, item) = parts switch
        {
            [_, .., "_tags" or "_manifests", var last] => (string.Join('/', parts[..^2]), parts[^2], last),
            [_, .., "_tags" or "_manifests"] => (string.Join('/', parts[..^1]), parts[^1], (string?)null),
            _ => (path, "", null),
        };
        var (place, caller) = await access.DemandAsync(context, name, right, cancellationToken);
        await calls.DemandRepositoryAsync(place, name, cancellationToken);
        var answer = (method, collection, item) switch
        {
            ("GET", "", _) => await ShowRepositoryAsync(place, name, cancellationToken),
            ("PATCH", "", _) => await ChangeAsync(place.Id, context, caller, place, "", ImageJson.Default.RepositoryRow, (row, a) => row with { Attributes = a(row.Attributes) }, cancellationToken) is { } ? await ShowRepositoryAsync(place, name, cancellationToken) : throw Gone(name),
            ("DELETE", "", _) => await DeleteRepositoryAsync(context, caller, place, name, cancellationToken),
            ("GET", "_tags", null) => await ListTagsAsync(context, place, name, cancellationToken),
            ("GET", "_manifests", null) => await ListManifestsAsync(context, place, name, cancellationToken),
            ("GET" or "PATCH" or "DELETE", "_tags", { } tag) => await TagAsync(method, context, caller, place, name, tag, cancellationToken),
            ("GET" or "PATCH" or "DELETE", "_manifests", { } digest) => await ManifestAsync(method, context, caller, place, name, UploadCalls.ReadDigest(digest), cancellationToken),
            _ => throw ApiException.MethodNotAllowed(method, "GET"),
        };
        if (method == "DELETE")
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
        }

        if (answer is not null)
        {
            await context.Response.WriteAsJsonAsync(answer, cancellationToken);
        }
    }

    /// <summary>Beginnings of the names that the caller sees, in their order; one empty one for all.</summary>
    private async ValueTask<IReadOnlyList<string>> PrefixesAsync(RegistryEntry registry, RegistryCaller caller, CancellationToken cancellationToken)
    {
        if (await access.SeesAllAsync(caller, registry, cancellationToken))
        {
            return [""];
        }

        var model = await directory.ReadAsync(cancellationToken);
        var seen = new List<string>();
        foreach (var (workspace, project) in model.Projects)
        {
            if (model.RegistryOf(project) == registry && RepositoryName.TryParse(workspace, out var name)
                && await access.IsAllowedAsync(caller, new(registry, name, project), ImageRight.ReadMetadata, cancellationToken))
            {
                seen.Add(workspace);
            }
        }

        return [.. seen.Order(StringComparer.Ordinal)];
    }

    private async Task<JsonObject> ShowRepositoryAsync(RepositoryPlace place, string name, CancellationToken cancellationToken)
    {
        var repository = await images.FindRepositoryAsync(place, cancellationToken) ?? throw Gone(name);
        return new()
        {
            ["registry"] = place.Registry.Id.Name,
            ["imageName"] = name,
            ["createdTime"] = repository.Value.Created.UtcDateTime,
            ["lastUpdateTime"] = repository.Value.Changed.UtcDateTime,
            ["manifestCount"] = await CountAsync(ImageNames.ManifestType, place.Id.ChildPrefix + "manifests/", cancellationToken),
            ["tagCount"] = await CountAsync(ImageNames.TagType, place.Id.ChildPrefix + "tags/", cancellationToken),
            ["changeableAttributes"] = View(repository.Value.Attributes),
        };
    }

    private async Task<JsonObject> DeleteRepositoryAsync(HttpContext context, RegistryCaller caller, RepositoryPlace place, string name, CancellationToken cancellationToken)
    {
        var repository = await images.FindRepositoryAsync(place, cancellationToken) ?? throw Gone(name);
        if (!repository.Value.Attributes.DeleteEnabled)
        {
            throw ApiException.MethodNotAllowed("DELETE", $"GET, HEAD: '{name}' is locked (deleteEnabled is false)");
        }

        var (manifests, tags) = (new JsonArray(), new JsonArray());
        await foreach (var manifest in images.ManifestsAsync(place, cancellationToken))
        {
            manifests.Add(ImageNames.LastSegment(manifest.Row.Key));
        }

        await foreach (var tag in TagsAsync(place, null, cancellationToken))
        {
            tags.Add(TagName.OfSegment(ImageNames.LastSegment(tag.Row.Key)));
        }

        if (!await sweep.RemoveRepositoryAsync(place, repository.Row, cancellationToken))
        {
            throw ApiException.Conflict("UNAVAILABLE", "Somebody writes to the repository. Part of it may be gone; delete it again.");
        }

        await images.LogAsync(calls.Log(context, caller, place, "delete", ""), cancellationToken);
        return new() { ["manifestsDeleted"] = manifests, ["tagsDeleted"] = tags };
    }

    private async Task<JsonObject> ListTagsAsync(HttpContext context, RepositoryPlace place, string name, CancellationToken cancellationToken)
    {
        var (take, last) = ImageCalls.ReadPage(context.Request);
        var digest = context.Request.Query["digest"].FirstOrDefault();
        var tags = new List<JsonObject>();
        await foreach (var tag in TagsAsync(place, last, cancellationToken))
        {
            if (digest is null || tag.Value.Digest == digest)
            {
                tags.Add(TagView(tag));
            }

            if (tags.Count > take)
            {
                break;
            }
        }

        return Page(context, place, name, "tags", [.. tags.Take(take)], tags.Count > take ? (string?)tags[take - 1]["name"] : null, take);
    }

    private async Task<JsonObject> ListManifestsAsync(HttpContext context, RepositoryPlace place, string name, CancellationToken cancellationToken)
    {
        var (take, last) = ImageCalls.ReadPage(context.Request);
        var query = new ResourceQuery
        {
            Type = ImageNames.ManifestType.ToLowerInvariant(), KeyPrefix = place.Id.ChildPrefix + "manifests/", After = last is null ? null : $"{place.Id.ChildPrefix}manifests/{last}".ToLowerInvariant(), Take = take + 1,
        };
        var page = take == 0 ? [] : await images.ListAsync(query, ImageJson.Default.ManifestRow, cancellationToken);
        var views = new List<JsonObject>();
        foreach (var manifest in page.Take(take))
        {
            views.Add(await ManifestViewAsync(manifest, cancellationToken));
        }

        return Page(context, place, name, "manifests", views, page.Count > take ? ImageNames.LastSegment(page[take - 1].Row.Key) : null, take);
    }

    private async Task<JsonObject?> TagAsync(string method, HttpContext context, RegistryCaller caller, RepositoryPlace place, string name, string tag, CancellationToken cancellationToken)
    {
        var gone = ApiException.NotFound("TAG_UNKNOWN", $"The tag '{tag}' is not in the repository.");
        if (!TagName.IsTag(tag))
        {
            throw gone;
        }

        if (method == "DELETE")
        {
            return await images.DeleteTagAsync(place, tag, calls.Log(context, caller, place, "delete", $":{tag}"), cancellationToken) ? null : throw gone;
        }

        if (method == "PATCH")
        {
            _ = await ChangeAsync(ImageNames.Tag(place, tag), context, caller, place, $":{tag}", ImageJson.Default.TagRow, (row, a) => row with { Attributes = a(row.Attributes) }, cancellationToken) ?? throw gone;
        }

        return new() { ["registry"] = place.Registry.Id.Name, ["imageName"] = name, ["tag"] = TagView(await images.FindTagAsync(place, tag, cancellationToken) ?? throw gone) };
    }

    private async Task<JsonObject?> ManifestAsync(string method, HttpContext context, RegistryCaller caller, RepositoryPlace place, string name, Digest digest, CancellationToken cancellationToken)
    {
        var gone = ApiException.NotFound("MANIFEST_UNKNOWN", $"The manifest '{digest}' is not in the repository.");
        if (method == "DELETE")
        {
            return await images.DeleteManifestAsync(place, digest, calls.Log(context, caller, place, "delete", $"@{digest}"), cancellationToken) ? null : throw gone;
        }

        if (method == "PATCH")
        {
            _ = await ChangeAsync(ImageNames.Manifest(place, digest), context, caller, place, $"@{digest}", ImageJson.Default.ManifestRow, (row, a) => row with { Attributes = a(row.Attributes) }, cancellationToken) ?? throw gone;
        }

        var manifest = await images.FindManifestAsync(place, digest, cancellationToken) ?? throw gone;
        return new() { ["registry"] = place.Registry.Id.Name, ["imageName"] = name, ["manifest"] = await ManifestViewAsync(manifest, cancellationToken) };
    }

    private async Task<T?> ChangeAsync<T>(
        ResourceId id, HttpContext context, RegistryCaller caller, RepositoryPlace place, string what, JsonTypeInfo<T> type, Func<T, Func<ChangeableAttributes, ChangeableAttributes>, T> apply, CancellationToken cancellationToken)
        where T : class
    {
        var body = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? [];
        var wrong = body.Where(member => member.Value is not JsonValue value || !value.TryGetValue<bool>(out _)).Select(member => new Problem(member.Key, $"'{member.Key}' must be true or false.")).ToList();
        return wrong.Count == 0
            ? await images.ChangeAsync(id, row => apply(row, old => Merge(old, body)), type, calls.Log(context, caller, place, "write", what), cancellationToken)
            : throw ApiException.Invalid(wrong);
    }

    private IAsyncEnumerable<Kept<TagRow>> TagsAsync(RepositoryPlace place, string? last, CancellationToken cancellationToken) => images.AllAsync(
        new() { Type = ImageNames.TagType.ToLowerInvariant(), KeyPrefix = place.Id.ChildPrefix + "tags/", After = last is null ? null : ImageNames.Tag(place, last).Key, Take = ImageStore.PageSize },
        ImageJson.Default.TagRow,
        cancellationToken);

    private ValueTask<long> CountAsync(string type, string prefix, CancellationToken cancellationToken) => images.CountAsync(new() { Type = type.ToLowerInvariant(), KeyPrefix = prefix, Take = 1 }, cancellationToken);

    private static JsonObject Page(HttpContext context, RepositoryPlace place, string name, string what, IReadOnlyList<JsonObject> items, string? last, int take)
    {
        if (last is not null)
        {
            ImageCalls.LinkNext(context, context.Request.Path, take, last, context.Request.Query["digest"].FirstOrDefault() is { } digest ? $"&digest={Uri.EscapeDataString(digest)}" : "");
        }

        return new() { ["registry"] = place.Registry.Id.Name, ["imageName"] = name, [what] = new JsonArray([.. items]) };
    }

    private static JsonObject TagView(Kept<TagRow> tag) => new()
    {
        ["name"] = TagName.OfSegment(ImageNames.LastSegment(tag.Row.Key)),
        ["digest"] = tag.Value.Digest,
        ["createdTime"] = tag.Value.Created.UtcDateTime,
        ["lastUpdateTime"] = tag.Value.Changed.UtcDateTime,
        ["signed"] = false,
        ["changeableAttributes"] = View(tag.Value.Attributes),
    };

    private async Task<JsonObject> ManifestViewAsync(Kept<ManifestRow> manifest, CancellationToken cancellationToken)
    {
        var tags = new JsonArray();
        await foreach (var tag in images.AllAsync(new() { Type = ImageNames.TagType.ToLowerInvariant(), Link = manifest.Row.Key, Take = ImageStore.PageSize }, ImageJson.Default.TagRow, cancellationToken))
        {
            tags.Add(TagName.OfSegment(ImageNames.LastSegment(tag.Row.Key)));
        }

        return new()
        {
            ["digest"] = ImageNames.LastSegment(manifest.Row.Key),
            ["imageSize"] = manifest.Value.Size,
            ["createdTime"] = manifest.Value.Created.UtcDateTime,
            ["lastUpdateTime"] = manifest.Value.Changed.UtcDateTime,
            ["mediaType"] = manifest.Value.MediaType,
            ["tags"] = tags,
            ["changeableAttributes"] = View(manifest.Value.Attributes),
        };
    }

    private static JsonObject View(ChangeableAttributes attributes) => JsonSerializer.SerializeToNode(attributes, ImageJson.Default.ChangeableAttributes)!.AsObject();

    private static ChangeableAttributes Merge(ChangeableAttributes old, JsonObject wish) => new()
    {
        DeleteEnabled = (bool?)wish["deleteEnabled"] ?? old.DeleteEnabled,
        WriteEnabled = (bool?)wish["writeEnabled"] ?? old.WriteEnabled,
        ListEnabled = (bool?)wish["listEnabled"] ?? old.ListEnabled,
        ReadEnabled = (bool?)wish["readEnabled"] ?? old.ReadEnabled,
    };

    private static ApiException Gone(string name) => ApiException.NotFound("NAME_UNKNOWN", $"The repository '{name}' is not in the registry.");
}
