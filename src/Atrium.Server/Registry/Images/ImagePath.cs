using System.Diagnostics.CodeAnalysis;

namespace Atrium.Server.Registry.Images;

/// <summary>What a path of the distribution API names. Repository names have slashes, so a route cannot say it.</summary>
internal enum ImageEndpoint
{
    Manifest,
    Blob,
    Uploads,
    Upload,
    Tags,
    Referrers,
}

/// <summary>A path behind <c>/v2/</c>, taken apart (OCI distribution spec 1.1, Endpoints). Pure.</summary>
/// <param name="Name">The repository as the caller names it.</param>
/// <param name="Endpoint">What of it.</param>
/// <param name="Reference">Tag, digest or upload; empty where the endpoint has none.</param>
internal sealed record ImagePath(string Name, ImageEndpoint Endpoint, string Reference)
{
    public static bool TryParse(string path, [NotNullWhen(true)] out ImagePath? parsed)
    {
        var parts = path.Split('/');
        parsed = parts switch
        {
            [_, .., "tags", "list"] => Of(parts, 2, ImageEndpoint.Tags, ""),
            [_, .., "blobs", "uploads"] => Of(parts, 2, ImageEndpoint.Uploads, ""),
            [_, .., "blobs", "uploads", ""] => Of(parts, 3, ImageEndpoint.Uploads, ""),
            [_, .., "blobs", "uploads", var upload] => Of(parts, 3, ImageEndpoint.Upload, upload),
            [_, .., "manifests", { Length: > 0 } reference] => Of(parts, 2, ImageEndpoint.Manifest, reference),
            [_, .., "blobs", { Length: > 0 } digest] => Of(parts, 2, ImageEndpoint.Blob, digest),
            [_, .., "referrers", { Length: > 0 } digest] => Of(parts, 2, ImageEndpoint.Referrers, digest),
            _ => null,
        };
        return parsed is not null;
    }

    private static ImagePath Of(string[] parts, int taken, ImageEndpoint endpoint, string reference) => new(string.Join('/', parts[..^taken]), endpoint, reference);
}
