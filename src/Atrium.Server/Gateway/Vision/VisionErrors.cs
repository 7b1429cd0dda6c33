using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Vision;

/// <summary>Errors of image, video and text analysis: <c>{"error":{"code","message","target","innererror"}}</c>; of a bad request the exact code stands inside.</summary>
internal sealed class VisionErrors : IErrorDialect
{
    public bool Speaks(PathString path) =>
        path.Value!.Contains("/computervision", StringComparison.OrdinalIgnoreCase) || path.Value.Contains("/contentunderstanding", StringComparison.OrdinalIgnoreCase)
        || ((path.Value.Contains("/language/", StringComparison.OrdinalIgnoreCase) || path.Value.Contains("/text/analytics/", StringComparison.OrdinalIgnoreCase)) && !path.StartsWithSegments("/subscriptions"));

    public byte[] Write(ApiException error)
    {
        var body = JsonSerializer.SerializeToNode(ResourceErrorDialect.ToBody(error), JsonSerializerOptions.Web)!;
        if (error.Status == StatusCodes.Status400BadRequest)
        {
            body["code"] = "InvalidRequest";
            body["innererror"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message };
        }

        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["error"] = body });
    }
}
