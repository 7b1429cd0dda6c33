using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Resources;

/// <summary>Reads what every request of the resource API has in common.</summary>
internal static class ResourceRequests
{
    /// <summary>As the published service.</summary>
    public const int MaxBodyBytes = 4 * 1024 * 1024;
    private const int MaxDepth = 32;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <exception cref="ApiException">401 without a caller; 400 for a missing or unknown api-version.</exception>
    public static ResourceRequest Read(HttpContext context, ImmutableArray<string> apiVersions)
    {
        var caller = context.Features.Get<Caller>() ?? throw ApiException.Unauthenticated(
            "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing or is not a bearer token.", "Bearer");
        var version = context.Request.Query["api-version"].FirstOrDefault();
        if (string.IsNullOrEmpty(version))
        {
            throw ApiException.BadRequest(
                "MissingApiVersionParameter", $"The api-version query parameter (?api-version=) is required. Supported: {string.Join(", ", apiVersions)}.", "api-version");
        }

        if (!apiVersions.Contains(version, StringComparer.OrdinalIgnoreCase))
        {
            throw ApiException.BadRequest(
                "InvalidApiVersionParameter", $"The api-version '{version}' is not supported here. Supported: {string.Join(", ", apiVersions)}.", "api-version");
        }

        return new()
        {
            Caller = caller,
            CorrelationId = CorrelationId.Of(context),
            ApiVersion = version,
            Origin = CallOrigin.Of(context),
            BaseUri = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}",
            IfMatch = Header(context, "If-Match"),
            IfNoneMatch = Header(context, "If-None-Match"),
            Query = context.Request.Query,
        };
    }

    /// <summary>The body as an object; null when there is none.</summary>
    public static async ValueTask<JsonObject?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength is > MaxBodyBytes)
        {
            throw ApiException.TooLarge(MaxBodyBytes);
        }

        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (int read; (read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0;)
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > MaxBodyBytes)
            {
                throw ApiException.TooLarge(MaxBodyBytes);
            }
        }

        if (buffer.Length == 0)
        {
            return null;
        }

        if (request.ContentType is { } type && !type.Contains("json", StringComparison.OrdinalIgnoreCase))
        {
            throw ApiException.UnsupportedMediaType(type);
        }

        return Parse(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static JsonObject Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            JsonTexts.Demand(bytes);
            return JsonNode.Parse(bytes, documentOptions: Strict) as JsonObject
                ?? throw ApiException.BadRequest("InvalidRequestContent", "The request's body must be a JSON object.");
        }
        catch (JsonException wrong)
        {
            throw ApiException.BadRequest("InvalidRequestContent", $"The request's body is not JSON: line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}.");
        }
    }

    private static string? Header(HttpContext context, string name) => context.Request.Headers[name].FirstOrDefault() is { Length: > 0 } value ? value : null;
}
