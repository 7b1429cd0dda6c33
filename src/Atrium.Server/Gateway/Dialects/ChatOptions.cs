using System.Text.Json;
using Atrium.Contracts;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>
/// Members of a chat completion that the models of this process do not serve. Each is refused unless its value asks for nothing; so is one that nobody knows.
/// Nothing that a caller asked for is left out in silence. Pure.
/// </summary>
internal static class ChatOptions
{
    private static readonly string[] Served =
    [
        "messages", "model", "stream", "stream_options", "n", "stop", "seed", "temperature", "top_p", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs",
        "top_logprobs", "max_tokens", "max_completion_tokens", "tools", "tool_choice", "parallel_tool_calls", "response_format", "data_sources",
    ];

    /// <summary>They tell who asks, for the service's own use, and change no answer.</summary>
    private static readonly string[] Labels = ["user", "safety_identifier", "prompt_cache_key"];

    private static readonly (string Name, string[] Nothing, string What)[] Unserved =
    [
        ("functions", ["[]"], "'functions' were replaced by 'tools'; send those."),
        ("function_call", ["\"none\""], "'function_call' was replaced by 'tool_choice'; send that."),
        ("audio", ["{}"], "Audio needs a model that has it; this one has not. Deploy one through a connection."),
        ("modalities", ["[\"text\"]"], "Modalities need a model that has them; this one writes text. Deploy one through a connection."),
        ("store", ["false"], "'store' must be true or false."),
        ("metadata", ["{}"], "'metadata' goes with 'store': true."),
        ("prediction", ["{}"], "Predicted output needs a model that takes it; this one does not. Leave 'prediction' out."),
        ("reasoning_effort", ["\"none\""], "This model does not think before it answers. Leave 'reasoning_effort' out, or send none."),
        ("verbosity", ["\"medium\""], "This model has one verbosity. Leave 'verbosity' out, or send medium."),
        ("service_tier", ["\"default\"", "\"auto\""], "There is one tier of service here. Leave 'service_tier' out, or send default or auto."),
        ("web_search_options", [], "No model here searches the web. Leave 'web_search_options' out."),
    ];

    /// <summary>Tells what is asked for and not served.</summary>
    /// <param name="body">A chat completion as it came.</param>
    /// <param name="dropsUnknown">Whether the caller wants left out what is not known (Azure AI model inference, header <c>extra-parameters: drop</c>).</param>
    /// <param name="problems">Gets a problem for each.</param>
    public static void Check(JsonElement body, bool dropsUnknown, List<Problem> problems)
    {
        foreach (var label in Labels)
        {
            body.Text(label, problems);
        }

        foreach (var (name, nothing, what) in Unserved)
        {
            if (body.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null && !IsNothing(value, nothing))
            {
                problems.Add(new(name, what));
            }
        }

        if (!dropsUnknown)
        {
            problems.AddRange(body.EnumerateObject().Where(member => !IsKnown(member.Name)).Select(member => UnknownMembers.Tell(member.Name, "A deployment through a connection passes it on.")));
        }
    }

    private static bool IsNothing(JsonElement value, string[] nothing) => nothing.Any(text => JsonElement.DeepEquals(value, JsonElement.Parse(text)));

    private static bool IsKnown(string name) => Served.Contains(name) || Labels.Contains(name) || Array.Exists(Unserved, option => option.Name == name);
}
