using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Inference;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Responses;

/// <summary>The response as it grows and as it is answered (OpenAI, Responses: the response object).</summary>
internal sealed class ResponseDocument
{
    private const int IdBytes = 24;

    /// <summary>Values of the request that the answer repeats, with what they are when they were not sent.</summary>
    private static readonly (string Name, string? Default)[] Repeated =
    [
        ("instructions", null), ("max_output_tokens", null), ("parallel_tool_calls", "true"), ("previous_response_id", null), ("reasoning", """{"effort":null,"summary":null}"""),
        ("store", "true"), ("temperature", "1"), ("text", """{"format":{"type":"text"}}"""), ("tool_choice", "\"auto\""), ("tools", "[]"), ("top_p", "1"), ("truncation", "\"disabled\""),
        ("user", null), ("metadata", "{}"), ("max_tool_calls", null), ("top_logprobs", "0"), ("service_tier", "\"default\""), ("safety_identifier", null), ("prompt_cache_key", null),
    ];

    public ResponseDocument(ResponseRequest request, string model, long created)
    {
        Body = new()
        {
            ["id"] = NewId("resp"),
            ["object"] = "response",
            ["created_at"] = created,
            ["status"] = "in_progress",
            ["background"] = request.IsBackground,
            ["error"] = null,
            ["incomplete_details"] = null,
            ["model"] = model,
            ["output"] = new JsonArray(),
            ["usage"] = null,
        };
        foreach (var (name, usual) in Repeated)
        {
            Body[name] = request.Body[name]?.DeepClone() ?? (usual is null ? null : JsonNode.Parse(usual));
        }

        foreach (var tool in Body["tools"]!.AsArray().OfType<JsonObject>())
        {
            // Shown also where the caller left them open.
            (tool["parameters"], tool["strict"]) = (tool["parameters"]?.DeepClone(), tool["strict"]?.DeepClone());
        }

        if ((string?)Body["service_tier"] == "auto")
        {
            Body["service_tier"] = "default";
        }

        Body["completed_at"] = null;
        Body["conversation"] = request.ConversationId is { } conversation ? new JsonObject { ["id"] = conversation } : null;
    }

    /// <summary>One that was begun before.</summary>
    public ResponseDocument(JsonObject body) => Body = body;

    public JsonObject Body { get; }

    public string Id => (string)Body["id"]!;

    public JsonArray Output => Body["output"]!.AsArray();

    /// <summary>An id that nobody guesses.</summary>
    public static string NewId(string prefix) => $"{prefix}_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes))}";

    public static JsonObject Message(string id, string status, JsonObject? part) => new()
    {
        ["id"] = id,
        ["type"] = "message",
        ["status"] = status,
        ["role"] = "assistant",
        ["content"] = part is null ? [] : new JsonArray(part),
    };

    public static JsonObject Part(string text, IEnumerable<TokenChoice> tokens) =>
        new() { ["type"] = "output_text", ["text"] = text, ["annotations"] = new JsonArray(), ["logprobs"] = LogProbs(tokens) };

    /// <summary>Tokens with their log probabilities; empty where none were asked for.</summary>
    public static JsonArray LogProbs(IEnumerable<TokenChoice> tokens) => [.. tokens.Select(token =>
    {
        var said = Token(token);
        said["top_logprobs"] = new JsonArray([.. token.Top.Select(Token)]);
        return said;
    })];

    public static JsonObject Call(string id, string status, ToolCall call, string arguments) => new()
    {
        ["id"] = id,
        ["type"] = "function_call",
        ["status"] = status,
        ["call_id"] = call.Id,
        ["name"] = call.Name,
        ["arguments"] = arguments,
    };

    private static JsonObject Token(TokenChoice token) => new()
    {
        ["token"] = Encoding.UTF8.GetString(token.Bytes), ["logprob"] = token.LogProb, ["bytes"] = new JsonArray([.. token.Bytes.Select(value => (JsonNode)(int)value)]),
    };

    /// <summary>No answer came, or not the whole of one.</summary>
    /// <param name="view">A response.</param>
    /// <param name="code">One of the published codes.</param>
    /// <param name="message">For people.</param>
    public static void Fail(JsonObject view, string code, string message) => (view["status"], view["error"]) = ("failed", new JsonObject { ["code"] = code, ["message"] = message });

    /// <summary>The same for what was refused.</summary>
    public void Fail(ApiException refused) => Fail(Body, refused.Status < StatusCodes.Status500InternalServerError ? "invalid_prompt" : "server_error", refused.Message);

    /// <summary>The answer has ended.</summary>
    public void End(string model, ChatPiece last, long now)
    {
        var isCut = last.Finish is ChatFinish.Length;
        Body["model"] = model;
        Body["status"] = isCut ? "incomplete" : "completed";
        Body["incomplete_details"] = isCut ? new JsonObject { ["reason"] = "max_output_tokens" } : null;
        Body["completed_at"] = isCut ? null : now;
        Body["usage"] = new JsonObject
        {
            ["input_tokens"] = last.PromptTokens,
            ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = last.CachedTokens, ["cache_write_tokens"] = 0 },
            ["output_tokens"] = last.CompletionTokens,
            ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = 0 },
            ["total_tokens"] = last.PromptTokens + last.CompletionTokens,
        };
    }
}
