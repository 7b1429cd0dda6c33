namespace Atrium.Server.Storage.Blobs;

/// <summary>What an operation acts on.</summary>
internal enum BlobLevel
{
    Service,
    Container,
    Blob,
}

/// <summary>An operation of the blob service, and how its requests are told.</summary>
/// <param name="Name">As published: <c>Put Blob</c> is PutBlob.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Level">What it acts on.</param>
/// <param name="Comp">The query's <c>comp</c>; empty for none.</param>
/// <param name="Right">What a caller needs for it.</param>
/// <param name="RunAsync">Does it.</param>
internal sealed record BlobOperation(string Name, string Method, BlobLevel Level, string Comp, BlobRight Right, Func<BlobCall, CancellationToken, Task> RunAsync)
{
    /// <summary>The header that tells it from another operation of the same address; null where none does.</summary>
    public string? Header { get; init; }

    /// <summary>A second one.</summary>
    public string? SecondHeader { get; init; }
}
