using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Speakers;

/// <summary>Errors of speaker recognition: <c>{"error":{"code","message"}}</c>.</summary>
internal sealed class SpeakerErrors : IErrorDialect
{
    public bool Speaks(PathString path) =>
        path.Value!.Contains(SpeakerApi.Dated + "/", StringComparison.OrdinalIgnoreCase) || path.Value!.Contains(SpeakerApi.Older + "/", StringComparison.OrdinalIgnoreCase);

    public byte[] Write(ApiException error) =>
        JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["error"] = JsonSerializer.SerializeToNode(ResourceErrorDialect.ToBody(error), JsonSerializerOptions.Web) });
}
