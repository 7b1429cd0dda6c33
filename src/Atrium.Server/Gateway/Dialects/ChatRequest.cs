using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>A chat completion as asked for (OpenAI, chat/completions), as far as the models of this process read it. Pure.</summary>
/// <param name="Prompt">The conversation and how it is answered.</param>
/// <param name="Each">How many answers it gets.</param>
/// <param name="Streams">Whether the answer comes in events.</param>
/// <param name="WantsUsage">Whether the last event tells the counts.</param>
/// <param name="NamesTool">Whether one tool was demanded by name; such an answer ends with <c>stop</c>.</param>
internal sealed record ChatRequest(ChatPrompt Prompt, int Each, bool Streams, bool WantsUsage, bool NamesTool)
{
    private const int MostChoices = 128;
    private const int MostLogProbs = 20;

    /// <summary>A prompt for each answer.</summary>
    public IReadOnlyList<ChatPrompt> PromptsOf(string lane) => [.. Enumerable.Range(0, Each).Select(copy => Prompt with { Lane = lane, Seed = Prompt.Seed + (uint)copy })];

    /// <param name="body">As it came.</param>
    /// <param name="generates">Whether the model writes; one that quotes has no use for much of this.</param>
    /// <param name="dropsUnknown">Whether the caller wants left out what is not known.</param>
    /// <exception cref="ApiException">400 with every mistake.</exception>
    public static ChatRequest Read(JsonElement body, bool generates, bool dropsUnknown = false)
    {
        var problems = new List<Problem>();
        var turns = ChatMessages.Read(body, problems);
        var streams = body.Flag("stream", problems) ?? false;
        var wantsUsage = Sampling.WantsUsage(body, streams, problems);
        var limit = ReadLimit(body, problems);
        var sampling = Sampling.Read(body, problems);
        var each = body.Whole("n", 1, MostChoices, problems) ?? 1;
        var logProbs = ReadLogProbs(body, problems);
        var tools = ToolRequest.Read(body, problems);
        var grammar = ResponseFormat.Read(body, problems);
        ChatOptions.Check(body, dropsUnknown, problems);
        if (!generates)
        {
            RefuseForQuotes(sampling with { LogProbs = logProbs, Grammar = grammar }, each, tools, problems);
        }

        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        if (body.TryGetProperty("data_sources", out var sources) && Asks(sources))
        {
            throw ApiException.NotBuilt("Chat over 'data_sources' with a model of this installation");
        }

        var prompt = sampling with
        {
            Turns = turns, MaxTokens = limit, LogProbs = logProbs, Tools = tools.Tools, ToolUse = tools.Use, ParallelCalls = tools.Parallel, Grammar = grammar,
        };
        return new(prompt, each, streams, wantsUsage, tools.IsNamed);
    }

    private static int? ReadLimit(JsonElement body, List<Problem> problems)
    {
        var (limit, former) = (body.Whole("max_completion_tokens", 1, int.MaxValue, problems), body.Whole("max_tokens", 1, int.MaxValue, problems));
        if (limit is not null && former is not null && limit != former)
        {
            problems.Add(new("max_tokens", "'max_tokens' was replaced by 'max_completion_tokens'; send one of them."));
        }

        return limit ?? former;
    }

    private static int? ReadLogProbs(JsonElement body, List<Problem> problems)
    {
        var wanted = body.Flag("logprobs", problems) ?? false;
        var top = body.Whole("top_logprobs", 0, MostLogProbs, problems);
        if (top is not null && !wanted)
        {
            problems.Add(new("top_logprobs", "'top_logprobs' goes with 'logprobs': true."));
        }

        return wanted ? top ?? 0 : null;
    }

    /// <summary>What only a model that writes can do.</summary>
    public static void RefuseForQuotes(ChatPrompt asked, int each, ToolRequest tools, List<Problem> problems)
    {
        (string, bool)[] useless =
        [
            ("n", each > 1), ("logprobs", asked.LogProbs is not null), ("tools", tools.Tools.Count > 0 && tools.Use is not ToolUse.None), ("response_format", asked.Grammar is not null),
            ("presence_penalty", asked.PresencePenalty != 0), ("frequency_penalty", asked.FrequencyPenalty != 0), ("logit_bias", asked.Bias.Count > 0),
        ];
        foreach (var (name, _) in useless.Where(option => option.Item2))
        {
            problems.Add(new(name, $"The model of this deployment quotes and writes nothing of its own, so it has no use for '{name}'. Deploy a GGUF file's model or one through a connection."));
        }
    }

    /// <summary>An empty list or object asks for nothing.</summary>
    private static bool Asks(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => false,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        JsonValueKind.Object => value.EnumerateObject().Any(),
        _ => true,
    };
}
