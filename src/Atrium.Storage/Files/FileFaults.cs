namespace Atrium.Storage.Files;

/// <summary>Refusals that several operations on files have.</summary>
public static class FileFaults
{
    /// <summary>404.</summary>
    public static StorageException NoShare() => new("ShareNotFound", "The specified share does not exist.");

    /// <summary>404.</summary>
    public static StorageException NotFound() => new("ResourceNotFound", "The specified resource does not exist.");

    /// <summary>409.</summary>
    public static StorageException Exists() => new("ResourceAlreadyExists", "The specified resource already exists.");

    /// <summary>409.</summary>
    public static StorageException WrongType() => new("ResourceTypeMismatch", "The specified resource type does not match the type of the existing resource.");
}
