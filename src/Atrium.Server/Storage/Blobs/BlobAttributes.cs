using System.Collections.Immutable;
using Atrium.Server.Resources;

namespace Atrium.Server.Storage.Blobs;

/// <summary>What conditions on role assignments may ask about a call of the blob service, by the published names. Pure.</summary>
internal static class BlobAttributes
{
    private const string Containers = $"{BlobRight.Services}/containers";

    public static ConditionAttributes Told { get; } = new()
    {
        Resource = [$"{StorageAccountType.TypeName}:name", $"{Containers}:name", $"{Containers}/blobs:path", $"{Containers}/blobs:isCurrentVersion", $"{Containers}/blobs/tags:", $"{Containers}/blobs/tags&$keys$&"],
        Request = [$"{Containers}/blobs:prefix", $"{Containers}/blobs:snapshot", $"{Containers}/blobs:include", $"{Containers}/blobs/tags:", $"{Containers}/blobs/tags&$keys$&"],
        SubOperations = ["Blob.List", "Blob.Read.WithTagConditions", "Blob.Write.WithTagHeaders"],
    };

    /// <param name="account">Which account.</param>
    /// <param name="right">What is wanted.</param>
    /// <param name="target">Of what.</param>
    /// <param name="tags">Of the blob that is there.</param>
    /// <param name="request">The call; null for the source of a copy.</param>
    public static AccessAttributes Of(StorageAccount account, BlobRight right, BlobTarget target, IReadOnlyDictionary<string, string>? tags, HttpRequest? request)
    {
        var attributes = (AccessAttributes.None with { SubOperation = right.SubOperation ?? SubOperationOf(right, request) }).WithResource($"{StorageAccountType.TypeName}:name", account.Name);
        if (target.Container is { } container)
        {
            attributes = attributes.WithResource($"{Containers}:name", container);
        }

        if (target.Blob is { } blob)
        {
            // There are no versions: what is no snapshot is the blob as it is now.
            var isCurrent = request?.Query.ContainsKey("snapshot") != true;
            attributes = attributes.WithResource($"{Containers}/blobs:path", blob).WithResource($"{Containers}/blobs:isCurrentVersion", isCurrent ? "true" : "false");
        }

        foreach (var (query, name) in new[] { ("prefix", "prefix"), ("snapshot", "snapshot"), ("include", "include") })
        {
            if (request?.Query[query] is [{ Length: > 0 } value])
            {
                attributes = attributes.WithRequest($"{Containers}/blobs:{name}", name == "include" ? [.. value.Split(',')] : [value]);
            }
        }

        attributes = WithTags(attributes, tags, (all, name, values) => all.WithResource(name, values));
        return WithTags(attributes, BlobHeaderRules.ReadTags((string?)request?.Headers["x-ms-tags"]), (all, name, values) => all.WithRequest(name, values));
    }

    private static AccessAttributes WithTags(AccessAttributes attributes, IReadOnlyDictionary<string, string>? tags, Func<AccessAttributes, string, ImmutableArray<string>, AccessAttributes> add)
    {
        if (tags is not { Count: > 0 })
        {
            return attributes;
        }

        const string name = $"{Containers}/blobs/tags";
        return tags.Aggregate(add(attributes, $"{name}&$keys$&", [.. tags.Keys]), (all, tag) => add(all, $"{name}:{tag.Key}", [tag.Value]));
    }

    private static string? SubOperationOf(BlobRight right, HttpRequest? request) =>
        right == BlobRight.Read && request?.Headers.ContainsKey("x-ms-if-tags") == true ? "Blob.Read.WithTagConditions"
        : right.IsData && request?.Headers.ContainsKey("x-ms-tags") == true ? "Blob.Write.WithTagHeaders"
        : null;
}
