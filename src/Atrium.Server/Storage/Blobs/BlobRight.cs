namespace Atrium.Server.Storage.Blobs;

/// <summary>What a caller needs for an operation.</summary>
/// <param name="Action">As roles write it, behind <c>Microsoft.Storage/storageAccounts/blobServices/</c>.</param>
/// <param name="IsData">Whether that is a data action.</param>
/// <param name="Letters">Of a shared access signature: one of these suffices. None where no signature gives it.</param>
internal sealed record BlobRight(string Action, bool IsData, string Letters)
{
    public const string Services = "Microsoft.Storage/storageAccounts/blobServices";

    /// <summary>For whoever has proved who he is.</summary>
    public static readonly BlobRight Any = new("", IsData: false, "racwdxyltmeopif");
    public static readonly BlobRight ReadService = new("read", IsData: false, "r") { IsOfAccount = true };
    public static readonly BlobRight WriteService = new("write", IsData: false, "w") { IsOfAccount = true };
    public static readonly BlobRight DelegationKey = new("generateUserDelegationKey/action", IsData: false, "");
    public static readonly BlobRight ListContainers = new("containers/read", IsData: false, "l") { IsOfAccount = true };
    public static readonly BlobRight ReadContainer = new("containers/read", IsData: false, "r") { IsOfAccount = true };
    public static readonly BlobRight CreateContainer = new("containers/write", IsData: false, "cw") { IsOfAccount = true };
    public static readonly BlobRight WriteContainer = new("containers/write", IsData: false, "w") { IsOfAccount = true };
    public static readonly BlobRight DeleteContainer = new("containers/delete", IsData: false, "d") { IsOfAccount = true };
    public static readonly BlobRight ReadPolicies = new("containers/getAcl/action", IsData: false, "");
    public static readonly BlobRight WritePolicies = new("containers/setAcl/action", IsData: false, "");
    public static readonly BlobRight List = new("containers/blobs/read", IsData: true, "l") { SubOperation = "Blob.List" };
    public static readonly BlobRight Read = new("containers/blobs/read", IsData: true, "r");
    public static readonly BlobRight Write = new("containers/blobs/write", IsData: true, "w");
    public static readonly BlobRight Delete = new("containers/blobs/delete", IsData: true, "d");
    public static readonly BlobRight ReadTags = new("containers/blobs/tags/read", IsData: true, "t");
    public static readonly BlobRight WriteTags = new("containers/blobs/tags/write", IsData: true, "t");
    public static readonly BlobRight Filter = new("containers/blobs/filter/action", IsData: true, "f");

    /// <summary>A blob that may be new: whoever may add or create need not be allowed to write over.</summary>
    public static readonly BlobRight Put = new("containers/blobs/write", IsData: true, "w") { AddAction = "containers/blobs/add/action", NewLetters = "c" };

    /// <summary>The blocks of one, and their list.</summary>
    public static readonly BlobRight PutBlocks = new("containers/blobs/write", IsData: true, "w") { NewLetters = "c" };

    /// <summary>An addition to a blob that is there.</summary>
    public static readonly BlobRight Append = new("containers/blobs/write", IsData: true, "aw") { AddAction = "containers/blobs/add/action", AddsToOld = true };

    public static readonly BlobRight Snapshot = new("containers/blobs/write", IsData: true, "cw") { AddAction = "containers/blobs/add/action", AddsToOld = true };

    /// <summary>Suffices where nothing is there yet.</summary>
    public string? AddAction { get; init; }

    /// <summary>Whether <see cref="AddAction"/> suffices where something is there too.</summary>
    public bool AddsToOld { get; init; }

    /// <summary>Letters that suffice where nothing is there yet.</summary>
    public string NewLetters { get; init; } = "";

    /// <summary>Of signatures only an account's gives it, not one of a container.</summary>
    public bool IsOfAccount { get; init; }

    /// <summary>As conditions on role assignments name the part of the action.</summary>
    public string? SubOperation { get; init; }

    public string FullAction => $"{Services}/{Action}";
}
