using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>Errors of transcriptions: <c>{"code","message","target","details","innerError"}</c>; the code is one of a few, the exact one stands inside.</summary>
internal sealed class TranscriptionErrors : IErrorDialect
{
    public bool Speaks(PathString path) => path.Value!.Contains("/speechtotext/", StringComparison.OrdinalIgnoreCase);

    public byte[] Write(ApiException error)
    {
        var body = JsonSerializer.SerializeToNode(ResourceErrorDialect.ToBody(error), JsonSerializerOptions.Web)!.AsObject();
        body["code"] = CodeOf(error.Status);
        body["innerError"] = new JsonObject { ["code"] = error.Code, ["message"] = error.Message };
        return JsonSerializer.SerializeToUtf8Bytes(body);
    }

    private static string CodeOf(int status) => status switch
    {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "NotAllowed",
        409 => "Conflict",
        415 => "UnsupportedMediaType",
        429 => "TooManyRequests",
        < 500 => "InvalidRequest",
        500 => "InternalServerError",
        _ => "ServiceUnavailable",
    };
}
