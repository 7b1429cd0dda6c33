using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Responses;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Batches;

/// <summary>One line of a batch's input.</summary>
/// <param name="CustomId">The caller's name for it.</param>
/// <param name="Body">The call's body.</param>
internal sealed record BatchLine(string CustomId, JsonElement Body);

/// <summary>Reads the input of a batch: a JSON object on every line, <c>{"custom_id","method","url","body"}</c>.</summary>
internal static class BatchInput
{
    private const int MostLines = 100_000;
    private const int MostErrors = 100;
    private const int LongestId = 512;

    /// <summary>What can be asked in a batch, by the path that its lines name; with and without <c>/v1</c>.</summary>
    private static readonly Dictionary<string, GatewayOperation> Operations = new(StringComparer.Ordinal)
    {
        ["/responses"] = ResponseCalls.Create,
        ["/chat/completions"] = GatewayOperation.Chat,
        ["/completions"] = GatewayOperation.Completions,
        ["/embeddings"] = GatewayOperation.Embeddings,
        ["/moderations"] = GatewayOperation.Moderations,
    };

    public static string Known => string.Join(", ", Operations.Keys.Select(path => "/v1" + path));

    public static GatewayOperation? Find(string endpoint) => Operations.GetValueOrDefault(Plain(endpoint));

    /// <summary>Everything that is wrong with the file, which is read to its end and closed, at most so much; none where every line can be asked.</summary>
    public static async Task<(JsonArray Errors, int Lines)> CheckAsync(Stream content, string endpoint, CancellationToken cancellationToken)
    {
        var (errors, ids, number) = (new JsonArray(), new HashSet<string>(StringComparer.Ordinal), 0);
        await foreach (var text in BoundedLines.ReadAsync(content, BodyReader.MaxBytes, cancellationToken))
        {
            number++;
            if (number > MostLines)
            {
                errors.Add(Error("too_many_tasks", $"The file has more than {MostLines} lines.", null, number));
                break;
            }

            if (Check(text, endpoint, ids) is var (code, message, param))
            {
                errors.Add(Error(code, message, param, number));
            }

            if (errors.Count == MostErrors)
            {
                break;
            }
        }

        if (number == 0)
        {
            errors.Add(Error("empty_file", "The input file is empty.", null, null));
        }

        return (errors, number);
    }

    /// <summary>The lines of a file that was checked. It is closed behind the last.</summary>
    public static async IAsyncEnumerable<BatchLine> ReadAsync(Stream content, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var text in BoundedLines.ReadAsync(content, BodyReader.MaxBytes, cancellationToken))
        {
            using var document = JsonDocument.Parse(text);
            yield return new(document.RootElement.GetProperty("custom_id").GetString()!, document.RootElement.GetProperty("body").Clone());
        }
    }

    private static (string Code, string Message, string? Param)? Check(byte[]? text, string endpoint, HashSet<string> ids)
    {
        if (text is null)
        {
            return ("invalid_json_line", $"This line has more than {BodyReader.MaxBytes} bytes.", null);
        }

        try
        {
            JsonTexts.Demand(text);
            using var document = JsonDocument.Parse(text);
            var line = document.RootElement;
            return line.ValueKind is not JsonValueKind.Object ? ("invalid_json_line", "This line is no JSON object.", null)
                : TextOf(line, "custom_id") is not { Length: > 0 and <= LongestId } id ? ("missing_required_parameter", $"'custom_id' is required: a string of 1 to {LongestId} characters.", "custom_id")
                : !ids.Add(id) ? ("duplicate_custom_id", $"The custom_id '{id}' is there twice.", "custom_id")
                : TextOf(line, "method") is not "POST" ? ("invalid_method", "'method' must be POST.", "method")
                : TextOf(line, "url") is not { } url || Plain(url) != Plain(endpoint) ? ("mismatched_endpoint", $"'url' must be the batch's endpoint, {endpoint}.", "url")
                : !line.TryGetProperty("body", out var body) || body.ValueKind is not JsonValueKind.Object ? ("missing_required_parameter", "'body' is required: an object.", "body")
                : body.TryGetProperty("background", out var background) && background.ValueKind is JsonValueKind.True ? ("invalid_request", "A batch has no background of its own.", "body.background")
                : body.TryGetProperty("stream", out var stream) && stream.ValueKind is JsonValueKind.True ? ("invalid_request", "A batch does not stream.", "body.stream")
                : null;
        }
        catch (JsonException)
        {
            return ("invalid_json_line", "This line is not valid JSON.", null);
        }
    }

    private static JsonObject Error(string code, string message, string? param, int? line) => new() { ["code"] = code, ["message"] = message, ["param"] = param, ["line"] = line };

    private static string? TextOf(JsonElement line, string name) => line.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;

    private static string Plain(string url) => url.StartsWith("/v1/", StringComparison.Ordinal) ? url[3..] : url;
}
