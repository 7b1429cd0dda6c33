using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Atrium.Inference;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>One answer of a chat, whole.</summary>
/// <param name="Index">Which of the answers.</param>
/// <param name="Text">What it says; null where it only calls tools.</param>
/// <param name="Calls">What it calls.</param>
/// <param name="Finish">Why it ended.</param>
/// <param name="Tokens">Its tokens, where log probabilities were asked for.</param>
internal sealed record ChatChoice(int Index, string? Text, IReadOnlyList<ToolCall> Calls, ChatFinish Finish, IReadOnlyList<TokenChoice>? Tokens);

/// <summary>A piece of one of the answers, as an event tells it.</summary>
/// <param name="Index">Which of the answers.</param>
internal sealed record ChatDelta(int Index)
{
    /// <summary>The first event of an answer says who speaks.</summary>
    public bool Begins { get; init; }

    public string? Text { get; init; }

    public IReadOnlyList<ToolCall> Calls { get; init; } = [];

    /// <summary>Calls that the answer had before.</summary>
    public int FirstCall { get; init; }

    public ChatFinish? Finish { get; init; }

    public IReadOnlyList<TokenChoice>? Tokens { get; init; }
}

/// <summary>Writes a chat answer in the shapes of OpenAI's API: whole, or as server-sent events.</summary>
internal sealed class ChatWriter(string id, string model, long created)
{
    /// <summary>The answer is never HTML: characters stay as they are.</summary>
    public static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static ReadOnlySpan<byte> Done => "data: [DONE]\n\n"u8;

    /// <summary>The body of <c>chat.completion</c>.</summary>
    public void WriteWhole(IBufferWriter<byte> output, IEnumerable<ChatChoice> choices, TokenCounts usage)
    {
        using var writer = new Utf8JsonWriter(output, Plain);
        Begin(writer, "chat.completion"u8);
        writer.WriteStartArray("choices"u8);
        foreach (var choice in choices)
        {
            writer.WriteStartObject();
            writer.WriteNumber("index"u8, choice.Index);
            writer.WriteStartObject("message"u8);
            writer.WriteString("role"u8, "assistant"u8);
            writer.WriteString("content"u8, choice.Text);
            writer.WriteNull("refusal"u8);
            WriteCalls(writer, choice.Calls, first: null);
            writer.WriteEndObject();
            WriteLogProbs(writer, choice.Tokens);
            writer.WriteString("finish_reason"u8, Word(choice.Finish));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        WriteUsage(writer, usage);
        writer.WriteEndObject();
    }

    /// <summary>An event of <c>chat.completion.chunk</c>.</summary>
    /// <param name="output">Where the event goes.</param>
    /// <param name="delta">What it tells.</param>
    /// <param name="nullUsage">With <c>include_usage</c> every event but the last has a null there.</param>
    public void WriteChunk(IBufferWriter<byte> output, ChatDelta delta, bool nullUsage)
    {
        output.Write("data: "u8);
        using (var writer = new Utf8JsonWriter(output, Plain))
        {
            Begin(writer, "chat.completion.chunk"u8);
            writer.WriteStartArray("choices"u8);
            writer.WriteStartObject();
            writer.WriteNumber("index"u8, delta.Index);
            writer.WriteStartObject("delta"u8);
            if (delta.Begins)
            {
                writer.WriteString("role"u8, "assistant"u8);
            }

            if (delta.Text is not null)
            {
                writer.WriteString("content"u8, delta.Text);
            }

            WriteCalls(writer, delta.Calls, delta.FirstCall);
            writer.WriteEndObject();
            WriteLogProbs(writer, delta.Tokens);
            if (delta.Finish is { } finish)
            {
                writer.WriteString("finish_reason"u8, Word(finish));
            }
            else
            {
                writer.WriteNull("finish_reason"u8);
            }

            writer.WriteEndObject();
            writer.WriteEndArray();
            if (nullUsage)
            {
                writer.WriteNull("usage"u8);
            }

            writer.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    /// <summary>The event with the counts, which has no choice.</summary>
    public void WriteUsageChunk(IBufferWriter<byte> output, TokenCounts usage)
    {
        output.Write("data: "u8);
        using (var writer = new Utf8JsonWriter(output, Plain))
        {
            Begin(writer, "chat.completion.chunk"u8);
            writer.WriteStartArray("choices"u8);
            writer.WriteEndArray();
            WriteUsage(writer, usage);
            writer.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    /// <summary>The published counts. The models of this process neither think aloud nor read or write audio, and nobody predicts their answers to them.</summary>
    public static void WriteUsage(Utf8JsonWriter writer, TokenCounts counts)
    {
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("prompt_tokens"u8, counts.In);
        writer.WriteNumber("completion_tokens"u8, counts.Out);
        writer.WriteNumber("total_tokens"u8, counts.In + counts.Out);
        writer.WriteStartObject("prompt_tokens_details"u8);
        writer.WriteNumber("cached_tokens"u8, counts.Cached);
        writer.WriteNumber("audio_tokens"u8, 0);
        writer.WriteEndObject();
        writer.WriteStartObject("completion_tokens_details"u8);
        writer.WriteNumber("reasoning_tokens"u8, 0);
        writer.WriteNumber("audio_tokens"u8, 0);
        writer.WriteNumber("accepted_prediction_tokens"u8, 0);
        writer.WriteNumber("rejected_prediction_tokens"u8, 0);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static string Word(ChatFinish? finish) => finish switch
    {
        ChatFinish.Length => "length",
        ChatFinish.ToolCalls => "tool_calls",
        _ => "stop",
    };

    private void Begin(Utf8JsonWriter writer, ReadOnlySpan<byte> kind)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("object"u8, kind);
        writer.WriteNumber("created"u8, created);
        writer.WriteString("model"u8, model);
        writer.WriteNull("system_fingerprint"u8);
    }

    /// <summary>In events each call has its number among the calls of the answer.</summary>
    private static void WriteCalls(Utf8JsonWriter writer, IReadOnlyList<ToolCall> calls, int? first)
    {
        if (calls.Count == 0)
        {
            return;
        }

        writer.WriteStartArray("tool_calls"u8);
        for (var i = 0; i < calls.Count; i++)
        {
            writer.WriteStartObject();
            if (first is { } before)
            {
                writer.WriteNumber("index"u8, before + i);
            }

            writer.WriteString("id"u8, calls[i].Id);
            writer.WriteString("type"u8, "function"u8);
            writer.WriteStartObject("function"u8);
            writer.WriteString("name"u8, calls[i].Name);
            writer.WriteString("arguments"u8, calls[i].Arguments);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteLogProbs(Utf8JsonWriter writer, IReadOnlyList<TokenChoice>? tokens)
    {
        if (tokens is null)
        {
            writer.WriteNull("logprobs"u8);
            return;
        }

        writer.WriteStartObject("logprobs"u8);
        writer.WriteStartArray("content"u8);
        foreach (var token in tokens)
        {
            BeginToken(writer, token);
            writer.WriteStartArray("top_logprobs"u8);
            foreach (var other in token.Top)
            {
                BeginToken(writer, other);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteNull("refusal"u8);
        writer.WriteEndObject();
    }

    private static void BeginToken(Utf8JsonWriter writer, TokenChoice token)
    {
        writer.WriteStartObject();
        writer.WriteString("token"u8, Encoding.UTF8.GetString(token.Bytes));
        writer.WriteNumber("logprob"u8, token.LogProb);
        writer.WriteStartArray("bytes"u8);
        foreach (var value in token.Bytes)
        {
            writer.WriteNumberValue(value);
        }

        writer.WriteEndArray();
    }
}
