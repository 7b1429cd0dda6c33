using System.Globalization;
using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference;

namespace Atrium.Server.Gateway.Dialects;

/// <summary>How to draw an answer: what chat and completions have in common. Pure.</summary>
internal static class Sampling
{
    private const int MostStops = 4;
    private const int MostBiases = 1024;
    private const int StrongestBias = 100;

    /// <summary>A prompt without its text.</summary>
    public static ChatPrompt Read(JsonElement body, List<Problem> problems) => new()
    {
        Turns = [],
        Temperature = (float)(body.Number("temperature", 0, 2, problems) ?? 1),
        TopP = (float)(body.Number("top_p", 0, 1, problems) ?? 1),
        Seed = ReadSeed(body, problems),
        Stop = ReadStops(body, problems),
        PresencePenalty = (float)(body.Number("presence_penalty", -2, 2, problems) ?? 0),
        FrequencyPenalty = (float)(body.Number("frequency_penalty", -2, 2, problems) ?? 0),
        Bias = ReadBias(body, problems),
    };

    /// <summary>Whether the last event of a stream tells the counts.</summary>
    public static bool WantsUsage(JsonElement body, bool streams, List<Problem> problems)
    {
        if (!body.TryGetProperty("stream_options", out var options) || options.ValueKind is JsonValueKind.Null)
        {
            return false;
        }

        if (options.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new("stream_options", "'stream_options' must be an object."));
            return false;
        }

        if (!streams)
        {
            problems.Add(new("stream_options", "'stream_options' goes with 'stream': true."));
        }

        if (options.Flag("include_obfuscation", problems) == true)
        {
            problems.Add(new("stream_options.include_obfuscation", "Events are not padded here. Leave 'stream_options.include_obfuscation' out, or send false."));
        }

        return options.Flag("include_usage", problems) == true;
    }

    private static uint? ReadSeed(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty("seed", out var seed) || seed.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (seed.ValueKind is JsonValueKind.Number && seed.TryGetInt64(out var number))
        {
            return (uint)number;
        }

        problems.Add(new("seed", "'seed' must be a whole number of 64 bits."));
        return null;
    }

    private static List<string> ReadStops(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty("stop", out var stop) || stop.ValueKind is JsonValueKind.Null)
        {
            return [];
        }

        if (stop.ValueKind is JsonValueKind.String)
        {
            return stop.GetString() is { Length: > 0 } one ? [one] : [];
        }

        if (stop.ValueKind is JsonValueKind.Array && stop.GetArrayLength() <= MostStops && stop.EnumerateArray().All(s => s.ValueKind is JsonValueKind.String))
        {
            return [.. stop.EnumerateArray().Select(s => s.GetString()!).Where(s => s.Length > 0)];
        }

        problems.Add(new("stop", $"'stop' must be a string or a list of at most {MostStops} strings."));
        return [];
    }

    /// <summary>Tokens are numbers of the model's own vocabulary.</summary>
    private static Dictionary<int, float> ReadBias(JsonElement body, List<Problem> problems)
    {
        var biases = new Dictionary<int, float>();
        if (!body.TryGetProperty("logit_bias", out var given) || given.ValueKind is JsonValueKind.Null)
        {
            return biases;
        }

        var isRight = given.ValueKind is JsonValueKind.Object && given.GetPropertyCount() <= MostBiases;
        foreach (var item in isRight ? given.EnumerateObject() : default)
        {
            isRight &= int.TryParse(item.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var token)
                && item.Value.ValueKind is JsonValueKind.Number && Math.Abs(item.Value.GetDouble()) <= StrongestBias
                && biases.TryAdd(token, (float)item.Value.GetDouble());
        }

        if (!isRight)
        {
            problems.Add(new("logit_bias", $"'logit_bias' must be an object of at most {MostBiases} token numbers with a number from -{StrongestBias} to {StrongestBias} each."));
        }

        return biases;
    }
}
