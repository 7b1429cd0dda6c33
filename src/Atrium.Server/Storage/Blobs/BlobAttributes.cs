using Atrium.Server.Resources;

namespace Atrium.Server.Storage.Blobs;

/// <summary>What conditions on role assignments may ask about a call of the blob service, by the published names. Pure.</summary>
internal static class BlobAttributes
{
    private const string Containers = $"{BlobRight.Services}/containers";

    public static AccessAttributes Of(StorageAccount account, BlobRight right, BlobTarget target, HttpRequest request)
    {
        var attributes = (AccessAttributes.None with { SubOperation = right.SubOperation }).WithResource($"{StorageAccountType.TypeName}:name", account.Name);
        if (target.Container is { } container)
        {
            attributes = attributes.WithResource($"{Containers}:name", container);
        }

        if (target.Blob is { } blob)
        {
            attributes = attributes.WithResource($"{Containers}/blobs:path", blob);
        }

        foreach (var (query, name) in new[] { ("prefix", "prefix"), ("snapshot", "snapshot"), ("include", "include") })
        {
            if (request.Query[query] is [{ Length: > 0 } value])
            {
                attributes = attributes.WithRequest($"{Containers}/blobs:{name}", name == "include" ? [.. value.Split(',')] : [value]);
            }
        }

        return attributes;
    }
}
