namespace Atrium.Storage;

/// <summary>Refuses a caller with one of the published codes of the storage services. Code and message leave the process as they are.</summary>
public sealed class StorageException(string code, string message) : Exception(message)
{
    /// <summary>As the published services write it: <c>BlobNotFound</c>.</summary>
    public string Code { get; } = code;
}
