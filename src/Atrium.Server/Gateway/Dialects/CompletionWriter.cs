using System.Buffers;
using System.Text;
using System.Text.Json;
using Atrium.Inference;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>An answer of a completion, or a piece of one. A piece has no finish reason unless it is the last.</summary>
internal sealed record CompletionChoice(int Index, string Text, ChatFinish? Finish, IReadOnlyList<TokenChoice>? Tokens, int Offset);

/// <summary>Writes completions in the shape of OpenAI's API; whole ones and events have the same.</summary>
internal sealed class CompletionWriter(string id, string model, long created)
{
    /// <summary>The body of <c>text_completion</c>.</summary>
    public void Write(IBufferWriter<byte> output, IEnumerable<CompletionChoice> choices, TokenCounts? usage)
    {
        using var writer = new Utf8JsonWriter(output, ChatWriter.Plain);
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("object"u8, "text_completion"u8);
        writer.WriteNumber("created"u8, created);
        writer.WriteString("model"u8, model);
        writer.WriteStartArray("choices"u8);
        foreach (var choice in choices)
        {
            writer.WriteStartObject();
            writer.WriteString("text"u8, choice.Text);
            writer.WriteNumber("index"u8, choice.Index);
            WriteLogProbs(writer, choice);
            if (choice.Finish is { } finish)
            {
                writer.WriteString("finish_reason"u8, ChatWriter.Word(finish));
            }
            else
            {
                writer.WriteNull("finish_reason"u8);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (usage is { } counts)
        {
            ChatWriter.WriteUsage(writer, counts);
        }

        writer.WriteEndObject();
    }

    /// <summary>The same as an event.</summary>
    public void WriteEvent(IBufferWriter<byte> output, IEnumerable<CompletionChoice> choices, TokenCounts? usage)
    {
        output.Write("data: "u8);
        Write(output, choices, usage);
        output.Write("\n\n"u8);
    }

    private static void WriteLogProbs(Utf8JsonWriter writer, CompletionChoice choice)
    {
        if (choice.Tokens is not { } tokens)
        {
            writer.WriteNull("logprobs"u8);
            return;
        }

        writer.WriteStartObject("logprobs"u8);
        writer.WriteStartArray("tokens"u8);
        foreach (var token in tokens)
        {
            writer.WriteStringValue(Spell(token));
        }

        writer.WriteEndArray();
        writer.WriteStartArray("token_logprobs"u8);
        foreach (var token in tokens)
        {
            writer.WriteNumberValue(token.LogProb);
        }

        writer.WriteEndArray();
        writer.WriteStartArray("top_logprobs"u8);
        foreach (var token in tokens)
        {
            writer.WriteStartObject();
            foreach (var other in token.Top.DistinctBy(Spell))
            {
                writer.WriteNumber(Spell(other), other.LogProb);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteStartArray("text_offset"u8);
        var offset = choice.Offset;
        foreach (var token in tokens)
        {
            writer.WriteNumberValue(offset);
            offset += Encoding.UTF8.GetCharCount(token.Bytes);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>A token that is a part of a character is spelt by its bytes, as OpenAI does it.</summary>
    private static string Spell(TokenChoice token) => System.Text.Unicode.Utf8.IsValid(token.Bytes)
        ? Encoding.UTF8.GetString(token.Bytes)
        : "bytes:" + string.Concat(token.Bytes.Select(b => $"\\x{b:x2}"));
}
