using System.Text.Json.Nodes;

namespace Atrium.Server.Gateway.Batches;

/// <summary>The tokens of a batch's answers, summed, in the form of the Batch object of the OpenAI API. Answers of every endpoint tell them in their own form.</summary>
internal sealed class BatchUsage
{
    private bool any, hasUsage, isOneModel = true;
    private long tokensIn, cached, tokensOut, reasoning;

    /// <summary>What answered; null where nothing has yet, or more than one did.</summary>
    public string? Model { get; private set; }

    /// <param name="body">An answer of the batch.</param>
    public void Add(JsonNode? body)
    {
        if (body is not JsonObject answer)
        {
            return;
        }

        var model = TextOf(answer["model"]);
        isOneModel &= !any || model == Model;
        any = true;
        Model = isOneModel ? model : null;
        if (answer["usage"] is JsonObject usage)
        {
            hasUsage = true;
            tokensIn += CountOf(usage, "prompt_tokens") ?? CountOf(usage, "input_tokens") ?? 0;
            tokensOut += CountOf(usage, "completion_tokens") ?? CountOf(usage, "output_tokens") ?? 0;
            cached += CountOf(usage["prompt_tokens_details"] ?? usage["input_tokens_details"], "cached_tokens") ?? 0;
            reasoning += CountOf(usage["completion_tokens_details"] ?? usage["output_tokens_details"], "reasoning_tokens") ?? 0;
        }
    }

    /// <summary>As callers see it; null where no answer tells any, as those of moderations do not.</summary>
    public JsonObject? View() => !hasUsage ? null : new()
    {
        ["input_tokens"] = tokensIn,
        ["input_tokens_details"] = new JsonObject { ["cached_tokens"] = cached, ["cache_write_tokens"] = 0 },
        ["output_tokens"] = tokensOut,
        ["output_tokens_details"] = new JsonObject { ["reasoning_tokens"] = reasoning },
        ["total_tokens"] = tokensIn + tokensOut,
    };

    // What an upstream sends may have any form.
    private static long? CountOf(JsonNode? node, string name) => node is JsonObject members && members[name] is JsonValue value && value.TryGetValue<long>(out var count) && count > 0 ? count : null;

    private static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
