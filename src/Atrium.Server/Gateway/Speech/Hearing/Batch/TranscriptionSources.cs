using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>The addresses of a transcription's audio. They may hold signatures that open a store, so they are kept encrypted, bound to their transcription.</summary>
internal sealed record TranscriptionSources(IReadOnlyList<string> Urls, string? Container)
{
    private const string Name = "sources";

    public JsonObject Seal(ISecretCipher cipher, string id) => new() { [Name] = Convert.ToBase64String(cipher.Encrypt(id, Name, JsonSerializer.Serialize(this))) };

    public static TranscriptionSources Open(JsonObject request, ISecretCipher cipher, string id) =>
        JsonSerializer.Deserialize<TranscriptionSources>(cipher.Decrypt(id, Name, Convert.FromBase64String((string)request[Name]!)))!;

    /// <summary>An address without what opens it, for reports and results.</summary>
    public static string Shown(string url) => Uri.TryCreate(url, UriKind.Absolute, out var address) ? address.GetLeftPart(UriPartial.Path) : url;
}
