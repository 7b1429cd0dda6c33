namespace Atrium.Server.Storage.Files;

/// <summary>What an operation acts on.</summary>
internal enum FileLevel
{
    Service,
    Share,
    Directory,
    File,
}

/// <summary>An operation of the file service, and how its requests are told.</summary>
/// <param name="Name">As published: <c>Create File</c> is CreateFile.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Level">What it acts on.</param>
/// <param name="Comp">The query's <c>comp</c>; empty for none.</param>
/// <param name="Right">What a caller needs for it.</param>
/// <param name="RunAsync">Does it.</param>
internal sealed record FileOperation(string Name, string Method, FileLevel Level, string Comp, FileRight Right, Func<FileCall, CancellationToken, Task> RunAsync)
{
    /// <summary>The header that tells it from another operation of the same address; null where none does.</summary>
    public string? Header { get; init; }
}
