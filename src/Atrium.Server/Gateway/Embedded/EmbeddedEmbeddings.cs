using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference;
using Atrium.Server.Hosting;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Embedded;

/// <summary>Embeddings by the model of this process.</summary>
internal sealed class EmbeddedEmbeddings(EmbeddedEngines engines, Metering metering)
{
    private const int MostInputs = 2048;

    /// <summary><c>user</c> tells who asks, <c>input_type</c> (Azure AI model inference) what the vectors are for; this model makes the same ones for both.</summary>
    private static readonly string[] Members = ["input", "model", "dimensions", "encoding_format", "user", "input_type"];

    public async Task AnswerAsync(GatewayCall call, JsonElement body, CancellationToken cancellationToken)
    {
        using var lease = await engines.EmbedderAsync(cancellationToken);
        var embedder = lease.Model;
        call.ModelName = embedder.Name;
        var problems = new List<Problem>();
        var inputs = ReadInputs(body, problems);
        var dimensions = body.Whole("dimensions", 1, embedder.Dimensions, problems) ?? embedder.Dimensions;
        var format = body.Text("encoding_format", problems) ?? "float";
        if (format is not ("float" or "base64"))
        {
            problems.Add(new("encoding_format", "'encoding_format' must be float or base64."));
        }

        if (call.Http.Request.Headers["extra-parameters"] != "drop")
        {
            UnknownMembers.Refuse(body, Members, problems);
        }

        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        var embeddings = await embedder.EmbedAsync(inputs, call.Lane, cancellationToken);
        call.TokensIn = embeddings.Sum(e => (long)e.Tokens);
        var output = new ArrayBufferWriter<byte>(inputs.Count * dimensions * (format is "base64" ? 6 : 12) + 256);
        Write(output, embeddings, dimensions, format is "base64", embedder.Name, call.TokensIn);
        await metering.AnswerAsync(call, Metering.Json, output.WrittenMemory, cancellationToken);
    }

    private static void Write(ArrayBufferWriter<byte> output, IReadOnlyList<Embedding> embeddings, int dimensions, bool asBase64, string model, long tokens)
    {
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("object"u8, "list"u8);
        writer.WriteStartArray("data"u8);
        for (var i = 0; i < embeddings.Count; i++)
        {
            var vector = Cut(embeddings[i].Vector, dimensions);
            writer.WriteStartObject();
            writer.WriteString("object"u8, "embedding"u8);
            writer.WriteNumber("index"u8, i);
            if (asBase64)
            {
                // Little-endian 32-bit floats, as the machine has them.
                writer.WriteBase64String("embedding"u8, MemoryMarshal.AsBytes(vector));
            }
            else
            {
                writer.WriteStartArray("embedding"u8);
                foreach (var value in vector)
                {
                    writer.WriteNumberValue(value);
                }

                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("model"u8, model);
        writer.WriteStartObject("usage"u8);
        writer.WriteNumber("prompt_tokens"u8, tokens);
        writer.WriteNumber("total_tokens"u8, tokens);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    /// <summary>The first dimensions, made unit length again.</summary>
    private static ReadOnlySpan<float> Cut(float[] vector, int dimensions)
    {
        if (dimensions == vector.Length)
        {
            return vector;
        }

        var cut = vector[..dimensions];
        var length = MathF.Sqrt(cut.Sum(x => x * x));
        for (var i = 0; length > 0 && i < cut.Length; i++)
        {
            cut[i] /= length;
        }

        return cut;
    }

    private static List<string> ReadInputs(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty("input", out var input) || input.ValueKind is JsonValueKind.Null)
        {
            problems.Add(new("input", "'input' is required: a string or a list of strings.", ProblemCodes.Required));
            return [];
        }

        if (input.ValueKind is JsonValueKind.String && input.GetString() is { Length: > 0 } text)
        {
            return [text];
        }

        if (input.ValueKind is JsonValueKind.Array && input.GetArrayLength() is > 0 and <= MostInputs
            && input.EnumerateArray().All(i => i.ValueKind is JsonValueKind.String && i.GetString()!.Length > 0))
        {
            return [.. input.EnumerateArray().Select(i => i.GetString()!)];
        }

        problems.Add(new("input", $"'input' must be a string or a list of 1 to {MostInputs} strings, none of them empty. Lists of tokens are not read: this model has another tokenizer."));
        return [];
    }
}
