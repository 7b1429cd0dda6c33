using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Atrium.Inference;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>Writes a chat answer in the shapes of OpenAI's API: whole, or as server-sent events.</summary>
internal sealed class ChatWriter(string id, string model, long created)
{
    /// <summary>The answer is never HTML: characters stay as they are.</summary>
    public static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static ReadOnlySpan<byte> Done => "data: [DONE]\n\n"u8;

    /// <summary>The body of <c>chat.completion</c>.</summary>
    public void WriteWhole(IBufferWriter<byte> output, string text, ChatPiece last)
    {
        using var writer = new Utf8JsonWriter(output, Plain);
        Begin(writer, "chat.completion");
        writer.WriteStartArray("choices"u8);
        writer.WriteStartObject();
        writer.WriteNumber("index"u8, 0);
        writer.WriteStartObject("message"u8);
        writer.WriteString("role"u8, "assistant"u8);
        writer.WriteString("content"u8, text);
        writer.WriteNull("refusal"u8);
        writer.WriteEndObject();
        writer.WriteNull("logprobs"u8);
        writer.WriteString("finish_reason"u8, Word(last.Finish));
        writer.WriteEndObject();
        writer.WriteEndArray();
        WriteUsage(writer, last.PromptTokens, last.CompletionTokens);
        writer.WriteEndObject();
    }

    /// <summary>An event of <c>chat.completion.chunk</c>.</summary>
    /// <param name="output">Where the event goes.</param>
    /// <param name="role">The first event says who speaks.</param>
    /// <param name="text">What he says; null in the first and the last.</param>
    /// <param name="finish">Why it ends; only in the last.</param>
    /// <param name="nullUsage">With <c>include_usage</c> every event but the last has a null there.</param>
    public void WriteChunk(IBufferWriter<byte> output, string? role, string? text, ChatFinish? finish, bool nullUsage)
    {
        output.Write("data: "u8);
        using (var writer = new Utf8JsonWriter(output, Plain))
        {
            Begin(writer, "chat.completion.chunk");
            writer.WriteStartArray("choices"u8);
            writer.WriteStartObject();
            writer.WriteNumber("index"u8, 0);
            writer.WriteStartObject("delta"u8);
            if (role is not null)
            {
                writer.WriteString("role"u8, role);
            }

            if (text is not null)
            {
                writer.WriteString("content"u8, text);
            }

            writer.WriteEndObject();
            writer.WriteNull("logprobs"u8);
            if (finish is null)
            {
                writer.WriteNull("finish_reason"u8);
            }
            else
            {
                writer.WriteString("finish_reason"u8, Word(finish));
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
    public void WriteUsageChunk(IBufferWriter<byte> output, ChatPiece last)
    {
        output.Write("data: "u8);
        using (var writer = new Utf8JsonWriter(output, Plain))
        {
            Begin(writer, "chat.completion.chunk");
            writer.WriteStartArray("choices"u8);
            writer.WriteEndArray();
            WriteUsage(writer, last.PromptTokens, last.CompletionTokens);
            writer.WriteEndObject();
        }

        output.Write("\n\n"u8);
    }

    private void Begin(Utf8JsonWriter writer, string kind)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, id);
        writer.WriteString("object"u8, kind);
        writer.WriteNumber("created"u8, created);
        writer.WriteString("model"u8, model);
        writer.WriteNull("system_fingerprint"u8);
    }

    public static void WriteUsage(Utf8JsonWriter writer, long read, long written)
    {
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("prompt_tokens"u8, read);
        writer.WriteNumber("completion_tokens"u8, written);
        writer.WriteNumber("total_tokens"u8, read + written);
        writer.WriteEndObject();
    }

    public static string Word(ChatFinish? finish) => finish is ChatFinish.Length ? "length" : "stop";
}
