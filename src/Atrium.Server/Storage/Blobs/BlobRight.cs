namespace Atrium.Server.Storage.Blobs;

/// <summary>What a caller needs for an operation.</summary>
/// <param name="Action">As roles write it, behind <c>Microsoft.Storage/storageAccounts/blobServices/</c>.</param>
/// <param name="IsData">Whether that is a data action.</param>
internal sealed record BlobRight(string Action, bool IsData)
{
    public const string Services = "Microsoft.Storage/storageAccounts/blobServices";

    public static readonly BlobRight ReadService = new("read", IsData: false);
    public static readonly BlobRight WriteService = new("write", IsData: false);
    public static readonly BlobRight ReadContainer = new("containers/read", IsData: false);
    public static readonly BlobRight WriteContainer = new("containers/write", IsData: false);
    public static readonly BlobRight DeleteContainer = new("containers/delete", IsData: false);
    public static readonly BlobRight ReadPolicies = new("containers/getAcl/action", IsData: false);
    public static readonly BlobRight WritePolicies = new("containers/setAcl/action", IsData: false);
    public static readonly BlobRight List = new("containers/blobs/read", IsData: true) { SubOperation = "Blob.List" };
    public static readonly BlobRight Read = new("containers/blobs/read", IsData: true);
    public static readonly BlobRight Write = new("containers/blobs/write", IsData: true);
    public static readonly BlobRight Delete = new("containers/blobs/delete", IsData: true);
    public static readonly BlobRight ReadTags = new("containers/blobs/tags/read", IsData: true);
    public static readonly BlobRight WriteTags = new("containers/blobs/tags/write", IsData: true);
    public static readonly BlobRight Filter = new("containers/blobs/filter/action", IsData: true);

    /// <summary>A new blob, an addition to one: whoever may add need not be allowed to write over.</summary>
    public static readonly BlobRight Add = new("containers/blobs/write", IsData: true) { AddAction = "containers/blobs/add/action" };

    /// <summary>Suffices where nothing is there yet, or something is appended.</summary>
    public string? AddAction { get; init; }

    /// <summary>As conditions on role assignments name the part of the action.</summary>
    public string? SubOperation { get; init; }

    public string FullAction => $"{Services}/{Action}";
}
