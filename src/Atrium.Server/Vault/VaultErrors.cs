using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;

namespace Atrium.Server.Vault;

/// <summary>Errors of the vaults' data plane: <c>{"error":{"code","message","innererror"}}</c>; of a 403 the exact code stands inside.</summary>
internal sealed class VaultErrors : IErrorDialect
{
    public bool Speaks(PathString path) => path.StartsWithSegments("/vaults") || path.StartsWithSegments("/keys");

    public byte[] Write(ApiException error)
    {
        var body = JsonSerializer.SerializeToNode(ResourceErrorDialect.ToBody(error), JsonSerializerOptions.Web)!;
        if (error.Status == StatusCodes.Status403Forbidden)
        {
            body["code"] = "Forbidden";
            body["innererror"] = new JsonObject { ["code"] = error.Code };
        }

        return JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["error"] = body });
    }
}
