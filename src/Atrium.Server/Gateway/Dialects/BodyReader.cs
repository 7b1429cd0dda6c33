using System.Text.Json;
using Atrium.Contracts;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>Reads a data-plane request's body: bounded, no property twice, an object unless said otherwise.</summary>
internal static class BodyReader
{
    /// <summary>The code for a body that is no JSON object.</summary>
    public const string WrongBody = "invalid_request_body";

    public const int MaxBytes = 16 * 1024 * 1024;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    public static async ValueTask<JsonDocument> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var document = await ReadAnyAsync(request, cancellationToken);
        return document.RootElement.ValueKind is JsonValueKind.Object ? document : throw ApiException.BadRequest(WrongBody, "The request's body must be a JSON object.");
    }

    /// <summary>A body that may be a list too.</summary>
    public static async ValueTask<JsonDocument> ReadAnyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await BoundedBody.ReadAsync(request.Body, request.ContentLength, MaxBytes, cancellationToken) ?? throw ApiException.TooLarge(MaxBytes);
        try
        {
            JsonTexts.Demand(bytes);
            return JsonDocument.Parse(bytes, Strict);
        }
        catch (JsonException wrong)
        {
            throw ApiException.BadRequest(WrongBody, $"The request's body is not JSON: line {wrong.LineNumber + 1}, byte {wrong.BytePositionInLine + 1}.");
        }
    }

    public static string? Text(this JsonElement body, string name, ICollection<Problem> problems) => body.Read(name, JsonValueKind.String, "a string", problems) is { } found ? found.GetString() : null;

    public static bool? Flag(this JsonElement body, string name, ICollection<Problem> problems)
    {
        if (!body.TryGetProperty(name, out var found) || found.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (found.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return found.GetBoolean();
        }

        problems.Add(new(name, $"'{name}' must be true or false."));
        return null;
    }

    public static double? Number(this JsonElement body, string name, double min, double max, ICollection<Problem> problems)
    {
        if (body.Read(name, JsonValueKind.Number, $"a number from {min} to {max}", problems) is not { } found)
        {
            return null;
        }

        var value = found.GetDouble();
        if (value < min || value > max)
        {
            problems.Add(new(name, $"'{name}' must be a number from {min} to {max}; found {value}."));
        }

        return value;
    }

    public static int? Whole(this JsonElement body, string name, int min, int max, ICollection<Problem> problems)
    {
        if (body.Read(name, JsonValueKind.Number, $"a whole number from {min} to {max}", problems) is not { } found)
        {
            return null;
        }

        if (found.TryGetInt32(out var value) && value >= min && value <= max)
        {
            return value;
        }

        problems.Add(new(name, $"'{name}' must be a whole number from {min} to {max}; found {found.GetRawText()}."));
        return null;
    }

    private static JsonElement? Read(this JsonElement body, string name, JsonValueKind kind, string wanted, ICollection<Problem> problems)
    {
        if (!body.TryGetProperty(name, out var found) || found.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (found.ValueKind == kind)
        {
            return found;
        }

        problems.Add(new(name, $"'{name}' must be {wanted}."));
        return null;
    }
}
