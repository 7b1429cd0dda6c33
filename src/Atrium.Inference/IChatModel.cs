using System.Collections.Frozen;
using System.Text.Json;

namespace Atrium.Inference;

/// <summary>Answers a conversation, piece by piece.</summary>
public interface IChatModel
{
    /// <summary>The model's name as the data plane reports it.</summary>
    string Name { get; }

    /// <summary>False for a model that quotes from what it was given and writes nothing of its own.</summary>
    bool Generates { get; }

    /// <summary>Tokens that prompt and answer may have together.</summary>
    int ContextTokens { get; }

    /// <summary>
    /// The answer in pieces, each a whole number of characters. The last piece, and only that, has a finish reason.
    /// Cancelling stops the model at once.
    /// </summary>
    /// <exception cref="InferenceQueueFullException">The bounded queue is full; nothing was run.</exception>
    /// <exception cref="Llama.Grammars.SchemaNotSupportedException">A tool's parameters are no schema that is supported.</exception>
    /// <exception cref="TextTooLongException">The prompt leaves no room for an answer.</exception>
    IAsyncEnumerable<ChatPiece> AnswerAsync(ChatPrompt prompt, CancellationToken cancellationToken);

    /// <summary>How many tokens the prompt has, as <see cref="AnswerAsync"/> would read it. Nothing is answered.</summary>
    ValueTask<int> CountAsync(ChatPrompt prompt, CancellationToken cancellationToken);
}

/// <summary>One turn of a conversation: role is system, user, assistant or tool.</summary>
public sealed record ChatTurn(string Role, string Content)
{
    /// <summary>What the assistant called in this turn.</summary>
    public IReadOnlyList<ToolCall> Calls { get; init; } = [];

    /// <summary>In a turn of a tool: which call it answers.</summary>
    public string? CallId { get; init; }

    /// <summary>Who speaks, among others with the same role; null for nobody in particular. Chat templates that write names write it, the others leave it out.</summary>
    public string? Name { get; init; }
}

/// <summary>Something that the model may call.</summary>
/// <param name="Name">As the model says it.</param>
/// <param name="Description">What it is for; may be empty.</param>
/// <param name="Parameters">A JSON schema of its arguments; undefined takes any object.</param>
public sealed record ChatTool(string Name, string Description, JsonElement Parameters);

/// <summary>A call of a tool.</summary>
/// <param name="Id">Of this call.</param>
/// <param name="Name">Of the tool.</param>
/// <param name="Arguments">A JSON object as text.</param>
public sealed record ToolCall(string Id, string Name, string Arguments);

/// <summary>Whether tools are called.</summary>
public enum ToolUse
{
    /// <summary>As the model likes.</summary>
    Auto,

    /// <summary>Not at all.</summary>
    None,

    /// <summary>At least one.</summary>
    Required,
}

/// <summary>A conversation and how to answer it.</summary>
public sealed record ChatPrompt
{
    /// <summary>The turns, oldest first.</summary>
    public required IReadOnlyList<ChatTurn> Turns { get; init; }

    /// <summary>In place of turns: a text that is continued as it is, without a chat template.</summary>
    public string? Text { get; init; }

    /// <summary>At most this many tokens in the answer; null leaves it to the context length.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Who asks. Those who ask take turns, and what one of them has said before is read faster for him only.</summary>
    public string Lane { get; init; } = "";

    /// <summary>0 takes the likeliest token each time.</summary>
    public float Temperature { get; init; } = 1;

    /// <summary>Nucleus sampling: the smallest set of tokens whose probability reaches this.</summary>
    public float TopP { get; init; } = 1;

    /// <summary>Same seed, same prompt, same answer, whatever else the model writes meanwhile. That costs: such an answer shares no work with others.</summary>
    public uint? Seed { get; init; }

    /// <summary>The answer ends before the first of these strings that is complete.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>Taken from the logit of each token that the answer has already; -2 to 2.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>Taken from the logit of a token for each time that the answer has it already; -2 to 2.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Added to the logits of tokens, by their number in the model's vocabulary.</summary>
    public IReadOnlyDictionary<int, float> Bias { get; init; } = FrozenDictionary<int, float>.Empty;

    /// <summary>What may be called; with <see cref="ToolUse.Required"/> one of these is.</summary>
    public IReadOnlyList<ChatTool> Tools { get; init; } = [];

    /// <summary>Whether tools are called.</summary>
    public ToolUse ToolUse { get; init; }

    /// <summary>Whether one answer may call several tools.</summary>
    public bool ParallelCalls { get; init; } = true;

    /// <summary>The answer's grammar in the notation of llama.cpp (GBNF); null leaves it free.</summary>
    public string? Grammar { get; init; }

    /// <summary>With each token of the answer its log probability and those of this many likeliest ones; null for none.</summary>
    public int? LogProbs { get; init; }
}

/// <summary>Why an answer ended, in the words of the OpenAI protocol: stop, length or tool_calls.</summary>
public enum ChatFinish
{
    /// <summary>The model was done, or a stop string came.</summary>
    Stop,

    /// <summary>The token limit was reached.</summary>
    Length,

    /// <summary>The model called tools and waits for what they say.</summary>
    ToolCalls,
}

/// <summary>A piece of an answer with the token counts so far.</summary>
public readonly record struct ChatPiece(string Text, int PromptTokens, int CompletionTokens, ChatFinish? Finish)
{
    /// <summary>Tokens of the prompt that needed no reading, since the same caller's last prompt began alike.</summary>
    public int CachedTokens { get; init; }

    /// <summary>Calls of tools that are complete with this piece.</summary>
    public IReadOnlyList<ToolCall> Calls
    {
        get => field ?? [];
        init;
    }

    /// <summary>The tokens that begin in this piece, where log probabilities were asked for.</summary>
    public IReadOnlyList<TokenChoice> Tokens
    {
        get => field ?? [];
        init;
    }
}

/// <summary>A token of an answer.</summary>
/// <param name="Bytes">What it stands for; a token may be a part of a character.</param>
/// <param name="LogProb">The logarithm of its probability, as the model gives it, before temperature and penalties.</param>
/// <param name="Top">The likeliest tokens at its place.</param>
public sealed record TokenChoice(byte[] Bytes, double LogProb, IReadOnlyList<TokenChoice> Top);
