using System.Text;
using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>A chat completion as asked for (OpenAI, chat/completions), as far as the embedded models read it. Pure.</summary>
internal sealed record ChatRequest(ChatPrompt Prompt, bool Streams, bool WantsUsage)
{
    private static readonly string[] Roles = ["system", "developer", "user", "assistant", "tool", "function"];

    /// <summary>What an embedded model cannot do, with the value that asks for nothing.</summary>
    private static readonly (string Name, string What)[] Unsupported =
    [
        ("tools", "Tools"), ("functions", "Functions"), ("audio", "Audio"), ("modalities", "Modalities"),
    ];

    /// <exception cref="ApiException">400 with every mistake.</exception>
    public static ChatRequest Read(JsonElement body)
    {
        var problems = new List<Problem>();
        var turns = ReadTurns(body, problems);
        var streams = body.Flag("stream", problems) ?? false;
        var wantsUsage = body.TryGetProperty("stream_options", out var options) && options.ValueKind is JsonValueKind.Object && options.Flag("include_usage", problems) == true;
        var limit = body.Whole("max_completion_tokens", 1, int.MaxValue, problems) ?? body.Whole("max_tokens", 1, int.MaxValue, problems);
        var sampling = Sampling.Read(body, problems);
        RefuseUnsupported(body, problems);
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        if (body.TryGetProperty("data_sources", out var sources) && Asks(sources))
        {
            throw ApiException.NotBuilt("Chat over 'data_sources' with a model of this installation");
        }

        var prompt = sampling with { Turns = turns, MaxTokens = limit };
        return new(prompt, streams, wantsUsage);
    }

    private static List<ChatTurn> ReadTurns(JsonElement body, List<Problem> problems)
    {
        var turns = new List<ChatTurn>();
        if (!body.TryGetProperty("messages", out var messages) || messages.ValueKind is not JsonValueKind.Array || messages.GetArrayLength() == 0)
        {
            problems.Add(new("messages", "'messages' is required: a list of at least one message.", ProblemCodes.Required));
            return turns;
        }

        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            var at = $"messages[{index++}]";
            if (message.ValueKind is not JsonValueKind.Object)
            {
                problems.Add(new(at, $"'{at}' must be an object."));
                continue;
            }

            var role = message.TryGetProperty("role", out var word) && word.ValueKind is JsonValueKind.String ? word.GetString()! : "";
            if (!Roles.Contains(role))
            {
                problems.Add(new($"{at}.role", $"'{at}.role' must be one of {string.Join(", ", Roles)}."));
            }

            turns.Add(new(role is "developer" ? "system" : role, ReadContent(message, at, role, problems)));
        }

        return turns;
    }

    private static string ReadContent(JsonElement message, string at, string role, List<Problem> problems)
    {
        if (!message.TryGetProperty("content", out var content) || content.ValueKind is JsonValueKind.Null)
        {
            if (role is not "assistant")
            {
                problems.Add(new($"{at}.content", $"'{at}.content' is required.", ProblemCodes.Required));
            }

            return "";
        }

        if (content.ValueKind is JsonValueKind.String)
        {
            return content.GetString()!;
        }

        if (content.ValueKind is not JsonValueKind.Array)
        {
            problems.Add(new($"{at}.content", $"'{at}.content' must be a string or a list of parts."));
            return "";
        }

        var text = new StringBuilder();
        var index = 0;
        foreach (var part in content.EnumerateArray())
        {
            var type = part.ValueKind is JsonValueKind.Object && part.TryGetProperty("type", out var word) ? word.ToString() : "";
            if (type is "text" && part.TryGetProperty("text", out var piece) && piece.ValueKind is JsonValueKind.String)
            {
                text.Append(piece.GetString());
            }
            else
            {
                problems.Add(new($"{at}.content[{index}]", $"'{at}.content[{index}]' must be a part of type text; this model reads no '{type}'."));
            }

            index++;
        }

        return text.ToString();
    }

    private static void RefuseUnsupported(JsonElement body, List<Problem> problems)
    {
        foreach (var (name, what) in Unsupported)
        {
            if (body.TryGetProperty(name, out var value) && Asks(value))
            {
                problems.Add(new(name, $"{what} need a model that has them; this one has not. Deploy one through a connection."));
            }
        }

        if (body.Whole("n", 1, 128, problems) is > 1)
        {
            problems.Add(new("n", "'n' must be 1 for this model."));
        }

        if (body.Flag("logprobs", problems) == true)
        {
            problems.Add(new("logprobs", "'logprobs' are not given by this model."));
        }

        if (body.TryGetProperty("response_format", out var format) && format.ValueKind is JsonValueKind.Object && format.TryGetProperty("type", out var type) && type.ToString() is not "text")
        {
            problems.Add(new("response_format", "'response_format' must be of type text for this model."));
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
