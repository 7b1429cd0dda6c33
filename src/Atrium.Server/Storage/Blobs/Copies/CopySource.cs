using Atrium.Storage.Blobs;

namespace Atrium.Server.Storage.Blobs.Copies;

/// <summary>What is copied, opened. Disposing ends the reading.</summary>
/// <param name="Shown">Its address without what would let others in.</param>
/// <param name="Headers">That go out with it.</param>
/// <param name="Metadata">Of it.</param>
/// <param name="Tags">Of it.</param>
/// <param name="Kind">Which kind it is.</param>
/// <param name="Content">Its bytes, or those of the range that was asked for.</param>
/// <param name="Length">How many; null where nobody said.</param>
internal sealed record CopySource(
    string Shown, BlobHeaders Headers, IReadOnlyDictionary<string, string>? Metadata, IReadOnlyDictionary<string, string>? Tags, BlobKind Kind, Stream Content, long? Length) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Content.DisposeAsync();
}
