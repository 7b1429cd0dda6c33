using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Atrium.Portal.Build;

/// <summary>A call as programs make it, with the official clients. The key is read from the environment: samples are copied into places where a key must not be. Pure.</summary>
public static class CodeSamples
{
    /// <summary>Where the samples look for the key.</summary>
    public const string KeyVariable = "ATRIUM_KEY";

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Flat = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>In the order of the tabs.</summary>
    public static IReadOnlyList<string> Languages { get; } = ["curl", "C#", "Python", "JavaScript"];

    /// <summary>The sample in a language.</summary>
    public static string Of(SampleCall call, string language)
    {
        ArgumentNullException.ThrowIfNull(call);
        return language switch
        {
            "C#" => CSharp(call),
            "Python" => Python(call),
            "JavaScript" => JavaScript(call),
            _ => Curl(call),
        };
    }

    private static bool IsChat(SampleCall call) => call.Messages.Count > 0;

    private static string Curl(SampleCall call) => $"""
        curl {call.Endpoint}/{(IsChat(call) ? "chat/completions" : "embeddings")} \
          -H "api-key: ${KeyVariable}" -H "content-type: application/json" \
          -d '{call.Body().ToJsonString(Pretty).Replace("'", @"'\''", StringComparison.Ordinal).ReplaceLineEndings("\n  ")}'
        """;

    private static string CSharp(SampleCall call)
    {
        var options = $"new() {{ Endpoint = new({Text(call.Endpoint)}) }}";
        var key = $"new(Environment.GetEnvironmentVariable(\"{KeyVariable}\")!)";
        if (!IsChat(call))
        {
            return $"""
                // dotnet add package OpenAI
                using OpenAI.Embeddings;

                var client = new EmbeddingClient({Text(call.Model)}, {key}, {options});
                var embeddings = await client.GenerateEmbeddingsAsync([{string.Join(", ", call.Inputs.Select(Text))}]);
                foreach (var embedding in embeddings.Value)
                    Console.WriteLine(embedding.ToFloats().Length);
                """;
        }

        var settings = string.Join(", ", Settings(call, "Temperature = {0}f", "MaxOutputTokenCount = {0}"));
        return $"""
            // dotnet add package OpenAI
            using OpenAI.Chat;

            var client = new ChatClient({Text(call.Model)}, {key}, {options});
            await foreach (var update in client.CompleteChatStreamingAsync(
            [
            {string.Join("\n", call.Messages.Select(m => $"    new {char.ToUpperInvariant(m.Role[0])}{m.Role[1..]}ChatMessage({Text(m.Text)}),"))}
            ]{(settings.Length == 0 ? "" : $", new() {{ {settings} }}")}))
                foreach (var part in update.ContentUpdate)
                    Console.Write(part.Text);
            """;
    }

    private static string Python(SampleCall call)
    {
        var head = $"""
            # pip install openai
            import os
            from openai import OpenAI

            client = OpenAI(base_url={Text(call.Endpoint)}, api_key=os.environ["{KeyVariable}"])

            """;
        if (!IsChat(call))
        {
            return head + $"""
                answer = client.embeddings.create(model={Text(call.Model)}, input=[{string.Join(", ", call.Inputs.Select(Text))}])
                print([len(e.embedding) for e in answer.data])
                """;
        }

        return head + $$"""
            for chunk in client.chat.completions.create(
                model={{Text(call.Model)}},
                messages=[
            {{string.Join("\n", call.Messages.Select(m => $"        {{\"role\": {Text(m.Role)}, \"content\": {Text(m.Text)}}},"))}}
                ],{{string.Concat(Settings(call, "\n    temperature={0},", "\n    max_tokens={0},"))}}
                stream=True,
            ):
                if chunk.choices:
                    print(chunk.choices[0].delta.content or "", end="")
            """;
    }

    private static string JavaScript(SampleCall call)
    {
        var head = $$"""
            // npm install openai
            import OpenAI from 'openai';

            const client = new OpenAI({ baseURL: {{Text(call.Endpoint)}}, apiKey: process.env.{{KeyVariable}} });

            """;
        if (!IsChat(call))
        {
            return head + $$"""
                const answer = await client.embeddings.create({ model: {{Text(call.Model)}}, input: [{{string.Join(", ", call.Inputs.Select(Text))}}] });
                console.log(answer.data.map(e => e.embedding.length));
                """;
        }

        return head + $$"""
            const stream = await client.chat.completions.create({
              model: {{Text(call.Model)}},
              messages: [
            {{string.Join("\n", call.Messages.Select(m => $"    {{ role: {Text(m.Role)}, content: {Text(m.Text)} }},"))}}
              ],{{string.Concat(Settings(call, "\n  temperature: {0},", "\n  max_tokens: {0},"))}}
              stream: true,
            });
            for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? '');
            """;
    }

    /// <summary>A text as all three languages write it: JSON's way of quoting is theirs too.</summary>
    private static string Text(string value) => JsonSerializer.Serialize(value, Flat);

    private static IEnumerable<string> Settings(SampleCall call, string temperature, string most)
    {
        if (call.Temperature is { } warmth)
        {
            yield return string.Format(CultureInfo.InvariantCulture, temperature, warmth);
        }

        if (call.MaxTokens is { } limit)
        {
            yield return string.Format(CultureInfo.InvariantCulture, most, limit);
        }
    }
}
