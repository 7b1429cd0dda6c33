using System.Text.Json.Serialization;

namespace Atrium.Storage.Blobs;

/// <summary>A block that waits to be put together with others.</summary>
/// <param name="Id">Of its bytes.</param>
/// <param name="Length">How many.</param>
/// <param name="IsRow">Whether they lie in a row.</param>
/// <param name="Created">UTC ticks.</param>
internal sealed record StoredBlock(
    [property: JsonPropertyName("i")] Guid Id,
    [property: JsonPropertyName("l")] long Length,
    [property: JsonPropertyName("r")] bool IsRow,
    [property: JsonPropertyName("c")] long Created);
