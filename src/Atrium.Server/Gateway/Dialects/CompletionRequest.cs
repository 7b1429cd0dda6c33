using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>A completion as asked for (OpenAI, completions), as far as the models of this process read it. Pure.</summary>
/// <param name="Texts">The prompts.</param>
/// <param name="Each">How many answers each prompt gets.</param>
/// <param name="Sampling">How they are drawn; without the text.</param>
/// <param name="Echo">Whether the prompt comes back before its answer.</param>
/// <param name="Streams">Whether the answer comes in events.</param>
/// <param name="WantsUsage">Whether the last event tells the counts.</param>
internal sealed record CompletionRequest(IReadOnlyList<string> Texts, int Each, ChatPrompt Sampling, bool Echo, bool Streams, bool WantsUsage)
{
    /// <summary>Answers of one call: prompts times <c>n</c>.</summary>
    public const int MostChoices = 128;
    private const int MostLogProbs = 5;
    private const int DefaultTokens = 16;

    /// <summary>A prompt for each answer; those of one prompt stand together.</summary>
    public IReadOnlyList<ChatPrompt> PromptsOf(string lane) => [.. Texts.SelectMany(text => Enumerable.Range(0, Each).Select(copy => Sampling with
    {
        Text = text,
        Turns = [new("user", text)],
        Lane = lane,
        Seed = Sampling.Seed + (uint)copy,
    }))];

    private static readonly string[] Members =
    [
        "prompt", "model", "suffix", "max_tokens", "n", "logprobs", "echo", "stream", "stream_options", "best_of", "stop", "seed", "temperature", "top_p", "presence_penalty",
        "frequency_penalty", "logit_bias", "user",
    ];

    /// <exception cref="ApiException">400 with every mistake.</exception>
    public static CompletionRequest Read(JsonElement body, bool generates)
    {
        var problems = new List<Problem>();
        var texts = ReadTexts(body, problems);
        var sampling = Dialects.Sampling.Read(body, problems) with { MaxTokens = body.Whole("max_tokens", 0, int.MaxValue, problems) ?? DefaultTokens };
        var each = body.Whole("n", 1, MostChoices, problems) ?? 1;
        var logProbs = body.Whole("logprobs", 0, MostLogProbs, problems);
        var echo = body.Flag("echo", problems) ?? false;
        var streams = body.Flag("stream", problems) ?? false;
        var wantsUsage = Dialects.Sampling.WantsUsage(body, streams, problems);
        if (texts.Count * each > MostChoices)
        {
            problems.Add(new("n", $"Prompts times 'n' must be at most {MostChoices}; here it is {texts.Count * each}."));
        }

        if (body.Text("suffix", problems) is { Length: > 0 })
        {
            problems.Add(new("suffix", "'suffix' needs a model that fills in text. Deploy one through a connection."));
        }

        if (body.Whole("best_of", 0, 20, problems) is { } best && best > each)
        {
            problems.Add(new("best_of", "'best_of' may not be more than 'n' for this model."));
        }

        if (echo && logProbs is not null)
        {
            problems.Add(new("echo", "'echo' and 'logprobs' do not go together for this model: it gives log probabilities of what it wrote."));
        }

        UnknownMembers.Refuse(body, Members, problems);
        if (!generates)
        {
            ChatRequest.RefuseForQuotes(sampling with { LogProbs = logProbs }, each, ToolRequest.None, problems);
        }

        return problems.Count > 0 ? throw ApiException.Invalid(problems) : new(texts, each, sampling with { LogProbs = logProbs }, echo, streams, wantsUsage);
    }

    private static List<string> ReadTexts(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty("prompt", out var prompt) || prompt.ValueKind is JsonValueKind.Null)
        {
            problems.Add(new("prompt", "'prompt' is required: a string or a list of strings.", ProblemCodes.Required));
            return [];
        }

        if (prompt.ValueKind is JsonValueKind.String)
        {
            return [prompt.GetString()!];
        }

        if (prompt.ValueKind is JsonValueKind.Array && prompt.GetArrayLength() is > 0 and <= MostChoices && prompt.EnumerateArray().All(p => p.ValueKind is JsonValueKind.String))
        {
            return [.. prompt.EnumerateArray().Select(p => p.GetString()!)];
        }

        problems.Add(new("prompt", $"'prompt' must be a string or a list of 1 to {MostChoices} strings. Lists of tokens are not read: this model has a tokenizer of its own."));
        return [];
    }
}
