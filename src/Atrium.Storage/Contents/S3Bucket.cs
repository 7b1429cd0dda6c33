namespace Atrium.Storage.Contents;

/// <summary>A bucket of a service that speaks S3, and who writes there.</summary>
public sealed class S3Bucket
{
    /// <summary>Address of the service.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>As signatures name it.</summary>
    public required string Region { get; init; }

    /// <summary>Name of the bucket, which is there.</summary>
    public required string Bucket { get; init; }

    /// <summary>With what all keys begin.</summary>
    public required string Prefix { get; init; }

    /// <summary>Id of the access key.</summary>
    public required string AccessKey { get; init; }

    /// <summary>The secret of the access key.</summary>
    public required string SecretKey { get; init; }

    /// <summary>Whether the bucket stands in the path of an address; in its host otherwise.</summary>
    public required bool UsesPathStyle { get; init; }
}
