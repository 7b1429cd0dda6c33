using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Responses;

/// <summary>
/// Members of a response that say how it is answered and told. What the chat behind it has under another name is given to it, and refused there where the model does
/// not serve it; what nobody knows is refused here. Nothing that a caller asked for is left out in silence. Pure.
/// </summary>
internal static class ResponseOptions
{
    public const string LogProbs = "message.output_text.logprobs";
    private const int MostLogProbs = 20;

    /// <summary>What is sent on to the chat as it is.</summary>
    public static readonly string[] Same =
    [
        "temperature", "top_p", "user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "service_tier", "parallel_tool_calls",
    ];

    private static readonly string[] Others =
    [
        "model", "input", "instructions", "previous_response_id", "conversation", "store", "stream", "stream_options", "background", "max_output_tokens", "metadata", "tools",
        "tool_choice", "max_tool_calls", "text", "truncation", "include", "top_logprobs", "reasoning",
    ];

    /// <summary>As published. But for the log probabilities they name parts of items that no response here has, or that are always there (the URLs of images).</summary>
    private static readonly string[] Includes =
    [
        LogProbs, "reasoning.encrypted_content", "message.input_image.image_url", "file_search_call.results", "web_search_call.results", "web_search_call.action.sources",
        "computer_call_output.output.image_url", "code_interpreter_call.outputs",
    ];

    private static readonly Problem WrongInclude = new("include", $"'include' must be a list of {string.Join(", ", Includes)}.");

    /// <summary>Reads <c>include</c> of a query that asks for what is kept. What the published values ask for is either always there or nothing that anything here has.</summary>
    /// <exception cref="ApiException">400 for a value that nobody knows.</exception>
    public static void CheckInclude(IQueryCollection query)
    {
        if (!query.Where(pair => pair.Key is "include" || pair.Key.StartsWith("include[", StringComparison.Ordinal)).SelectMany(pair => pair.Value).All(Includes.Contains))
        {
            throw ApiException.Invalid([WrongInclude]);
        }
    }

    /// <param name="body">A response as asked for.</param>
    /// <param name="notBuilt">Members that are answered with 501 elsewhere.</param>
    /// <param name="problems">Gets a problem for each mistake.</param>
    public static void Check(JsonElement body, IEnumerable<string> notBuilt, List<Problem> problems)
    {
        body.Whole("top_logprobs", 0, MostLogProbs, problems);
        body.Whole("max_tool_calls", 1, int.MaxValue, problems);
        foreach (var name in (string[])["user", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "service_tier"])
        {
            body.Text(name, problems);
        }

        CheckInclude(body, problems);
        CheckObject(body, "stream_options", ["include_obfuscation"], problems);
        CheckObject(body, "reasoning", ["effort", "summary", "generate_summary"], problems);
        CheckObject(body, "text", ["format", "verbosity"], problems);
        CheckReasoning(body, problems);
        if (body.TryGetProperty("stream_options", out var options) && options.ValueKind is JsonValueKind.Object && (options.Flag("include_obfuscation", problems) ?? false))
        {
            problems.Add(new("stream_options.include_obfuscation", "Events are not padded here. Leave 'stream_options.include_obfuscation' out, or send false."));
        }

        UnknownMembers.Refuse(body, [.. Same, .. Others, .. notBuilt], problems);
    }

    /// <summary>Gives the chat what it has under other names.</summary>
    public static void AddTo(JsonObject chat, JsonObject body)
    {
        foreach (var name in Same)
        {
            Add(chat, name, body[name]);
        }

        Add(chat, "max_tokens", body["max_output_tokens"]);
        Add(chat, "reasoning_effort", body["reasoning"]?["effort"]);
        Add(chat, "verbosity", body["text"]?["verbosity"]);
        var likeliest = (int?)body["top_logprobs"] ?? 0;
        if (likeliest > 0 || (body["include"] is JsonArray include && include.Any(part => (string?)part == LogProbs)))
        {
            (chat["logprobs"], chat["top_logprobs"]) = (true, likeliest);
        }
    }

    private static void Add(JsonObject chat, string name, JsonNode? value)
    {
        if (value is not null)
        {
            chat[name] = value.DeepClone();
        }
    }

    private static void CheckInclude(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty("include", out var include) || include.ValueKind is JsonValueKind.Null)
        {
            return;
        }

        if (include.ValueKind is not JsonValueKind.Array || !include.EnumerateArray().All(part => part.ValueKind is JsonValueKind.String && Includes.Contains(part.GetString())))
        {
            problems.Add(WrongInclude);
        }
    }

    private static void CheckReasoning(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty("reasoning", out var reasoning) || reasoning.ValueKind is not JsonValueKind.Object)
        {
            return;
        }

        reasoning.Text("effort", problems);
        foreach (var name in (string[])["summary", "generate_summary"])
        {
            if (reasoning.Text(name, problems) is { } summary && summary != "auto")
            {
                problems.Add(new($"reasoning.{name}", $"No model here sums up its reasoning. Leave 'reasoning.{name}' out, or send auto."));
            }
        }
    }

    private static void CheckObject(JsonElement body, string name, string[] members, List<Problem> problems)
    {
        if (!body.TryGetProperty(name, out var value) || value.ValueKind is JsonValueKind.Null)
        {
            return;
        }

        if (value.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new(name, $"'{name}' must be an object."));
            return;
        }

        problems.AddRange(value.EnumerateObject().Where(member => !members.Contains(member.Name)).Select(member => UnknownMembers.Tell($"{name}.{member.Name}")));
    }
}
