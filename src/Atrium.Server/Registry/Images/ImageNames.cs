using Atrium.Contracts;

namespace Atrium.Server.Registry.Images;

/// <summary>Keys of the stored rows of a registry's images.</summary>
internal static class ImageNames
{
    public const string RepositoryType = $"{RegistryType.TypeName}/repositories";
    public const string ManifestType = $"{RepositoryType}/manifests";
    public const string TagType = $"{RepositoryType}/tags";

    /// <summary>That a repository has a content. Linked to the content.</summary>
    public const string BlobType = $"{RepositoryType}/blobs";

    /// <summary>A content with its file, once for a scope.</summary>
    public const string ContentType = $"{RegistryType.TypeName}/contents";

    public static readonly string[] Types = [RepositoryType, ManifestType, TagType, BlobType, ContentType];

    public static ResourceId Manifest(RepositoryPlace place, Digest digest) => place.Id.Child("manifests", digest.ToString());

    public static ResourceId Tag(RepositoryPlace place, string tag) => place.Id.Child("tags", TagName.ToSegment(tag));

    public static ResourceId Blob(RepositoryPlace place, Digest digest) => place.Id.Child("blobs", digest.ToString());

    public static ResourceId Content(RepositoryPlace place, Digest digest) => place.Registry.Id.Child("contents", $"{place.Scope}~{digest}");

    /// <summary>What follows the last slash of a key.</summary>
    public static string LastSegment(string key) => key[(key.LastIndexOf('/') + 1)..];
}
