namespace Atrium.Storage;

/// <summary>Refusals that several operations have.</summary>
public static class StorageFaults
{
    /// <summary>404.</summary>
    public static StorageException NoContainer() => new("ContainerNotFound", "The specified container does not exist.");

    /// <summary>404.</summary>
    public static StorageException NoBlob() => new("BlobNotFound", "The specified blob does not exist.");

    /// <summary>409.</summary>
    public static StorageException WrongKind() => new("InvalidBlobType", "The blob type is invalid for this operation.");

    /// <summary>400.</summary>
    public static StorageException BadHeader(string header, string why) => new("InvalidHeaderValue", $"The value of {header} is not right: {why}");
}
