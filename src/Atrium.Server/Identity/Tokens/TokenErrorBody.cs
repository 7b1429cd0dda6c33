using System.Globalization;
using System.Text.Json.Nodes;

namespace Atrium.Server.Identity.Tokens;

/// <summary>Errors of the token endpoint as Entra writes them. Clients look for the number in the text, too.</summary>
internal static class TokenErrorBody
{
    public static JsonObject Write(TokenError error, string traceId, string correlationId, DateTimeOffset now)
    {
        var time = now.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new()
        {
            ["error"] = error.Error,
            ["error_description"] = $"AADSTS{error.Code}: {error.Message} Trace ID: {traceId} Correlation ID: {correlationId} Timestamp: {time}",
            ["error_codes"] = new JsonArray(error.Code),
            ["timestamp"] = time,
            ["trace_id"] = traceId,
            ["correlation_id"] = correlationId,
        };
    }

    public static int StatusOf(TokenError error) =>
        error.RetryAfter is not null ? StatusCodes.Status429TooManyRequests
        : error.Error is "invalid_client" or "unauthorized_client" ? StatusCodes.Status401Unauthorized
        : StatusCodes.Status400BadRequest;

    /// <summary>An error that OpenIddict found by itself (a missing parameter, a grant type that is not served).</summary>
    public static TokenError FromOther(string? error, string? description)
    {
        var code = error switch
        {
            "unsupported_grant_type" => 70003,
            "invalid_grant" => 70000,
            "invalid_scope" => 70011,
            "invalid_client" => 7000218,
            _ => 900144,
        };
        return new(error ?? "invalid_request", code, description ?? "The request is not valid.");
    }
}
