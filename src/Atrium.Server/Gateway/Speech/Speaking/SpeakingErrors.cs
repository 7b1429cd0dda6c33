using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Speaking;

/// <summary>Errors of text to speech: <c>{"error":{"code","message"}}</c>.</summary>
internal sealed class SpeakingErrors : IErrorDialect
{
    public bool Speaks(PathString path) =>
        path.Value!.Contains("/cognitiveservices/", StringComparison.OrdinalIgnoreCase) || path.Value!.Contains("/texttospeech/", StringComparison.OrdinalIgnoreCase);

    public byte[] Write(ApiException error) =>
        JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["error"] = JsonSerializer.SerializeToNode(ResourceErrorDialect.ToBody(error), JsonSerializerOptions.Web) });
}
