using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;

namespace Atrium.Server.Registry;

/// <summary>Errors of the distribution API: <c>{"errors":[{"code","message","detail"}]}</c> (OCI distribution spec 1.1, Error codes).</summary>
internal sealed class RegistryErrors : IErrorDialect
{
    public bool Speaks(PathString path) =>
        path.StartsWithSegments("/v2") || path.StartsWithSegments("/registries") || path.StartsWithSegments("/acr") || path.StartsWithSegments("/oauth2");

    public byte[] Write(ApiException error) => JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["errors"] = new JsonArray([.. Problems(error)]),
    });

    private static IEnumerable<JsonNode> Problems(ApiException error) => error.Problems.Count > 1
        ? error.Problems.Select(problem => Error(CodeOf(error), problem.Message, problem.Target))
        : [Error(CodeOf(error), error.Message, error.Target)];

    private static JsonObject Error(string code, string message, string? detail) => new() { ["code"] = code, ["message"] = message, ["detail"] = detail };

    /// <summary>Refusals that are not of this feature's making carry codes of another dialect.</summary>
    private static string CodeOf(ApiException error) => !error.Code.Any(char.IsAsciiLetterLower) ? error.Code : error.Status switch
    {
        401 => "UNAUTHORIZED",
        403 => "DENIED",
        404 => "NAME_UNKNOWN",
        413 => "SIZE_INVALID",
        429 => "TOOMANYREQUESTS",
        >= 500 => "UNKNOWN",
        _ => "UNSUPPORTED",
    };
}
