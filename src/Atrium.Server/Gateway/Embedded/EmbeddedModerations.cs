using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Inference;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;
using Atrium.Server.Models;

namespace Atrium.Server.Gateway.Embedded;

/// <summary>
/// Moderations by the embedded text safety. It judges hate, self-harm, sexual content and violence; the categories beside these are in the
/// answer, as published, and always false.
/// </summary>
internal sealed class EmbeddedModerations(EmbeddedEngines engines, Metering metering)
{
    /// <summary>The model's name in every answer: whatever was asked for, this is what judged.</summary>
    public const string ModelName = "atrium-text-safety";

    /// <summary>The severity (0 to 7) that flags: medium, the level at which content filters block unless told otherwise.</summary>
    private const int Flagging = 4;
    private const double MostSevere = 7;
    private const int MostInputs = 2048;
    private const int LongestText = 100_000;

    private static readonly FrozenDictionary<string, HarmCategory> Judged = new Dictionary<string, HarmCategory>
    {
        ["hate"] = HarmCategory.Hate,
        ["self-harm"] = HarmCategory.SelfHarm,
        ["sexual"] = HarmCategory.Sexual,
        ["violence"] = HarmCategory.Violence,
    }.ToFrozenDictionary();

    private static readonly string[] Categories =
    [
        "hate", "hate/threatening", "harassment", "harassment/threatening", "illicit", "illicit/violent", "self-harm", "self-harm/intent",
        "self-harm/instructions", "sexual", "sexual/minors", "violence", "violence/graphic",
    ];

    /// <summary>The deployment with a connection that the call's <c>model</c> names, which is asked there; null where the embedded model judges.</summary>
    /// <exception cref="ApiException">404 for a model that is neither one of OpenAI's moderation models nor a deployment here.</exception>
    public static DeploymentEntry? DeploymentOf(GatewayCall call, JsonElement body)
    {
        if (!body.TryGetProperty("model", out var model) || model.ValueKind is not JsonValueKind.String || model.GetString() is not { } name)
        {
            return null;
        }

        if (call.Model.FindDeployment(call.Owner, name) is { Source: not null } deployment)
        {
            return deployment;
        }

        return name is ModelName || name.StartsWith("omni-moderation", StringComparison.Ordinal) || name.StartsWith("text-moderation", StringComparison.Ordinal)
            ? null
            : throw ApiException.NotFound("model_not_found", $"The model '{name}' does not exist here or does not moderate. Embedded: {ModelName}; others through a deployment with a connection.");
    }

    public async Task AnswerAsync(GatewayCall call, JsonElement body, CancellationToken cancellationToken)
    {
        call.ModelName = ModelName;
        var problems = new List<Problem>();
        var inputs = ReadInputs(body, problems);
        body.Text("model", problems);
        UnknownMembers.Refuse(body, ["input", "model"], problems);
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        using var safety = await engines.SafetyAsync(cancellationToken);
        using var reader = await engines.EmbedderAsync(cancellationToken);
        var results = new JsonArray();
        foreach (var input in inputs)
        {
            results.Add(Describe(input.Length == 0 ? null : await safety.Model.AnalyzeAsync(input, call.Lane, cancellationToken)));
        }

        call.TokensIn = inputs.Sum(input => (long)reader.Model.CountTokens(input));
        var answer = new JsonObject { ["id"] = $"modr-{Guid.CreateVersion7():N}", ["model"] = ModelName, ["results"] = results };
        await metering.AnswerAsync(call, Metering.Json, JsonSerializer.SerializeToUtf8Bytes(answer), cancellationToken);
    }

    private static JsonObject Describe(IReadOnlyDictionary<HarmCategory, int>? severities)
    {
        int Severity(string category) => severities is not null && Judged.TryGetValue(category, out var judged) ? severities[judged] : 0;
        return new JsonObject
        {
            ["flagged"] = Array.Exists(Categories, category => Severity(category) >= Flagging),
            ["categories"] = new JsonObject(Categories.Select(category => KeyValuePair.Create<string, JsonNode?>(category, Severity(category) >= Flagging))),
            ["category_scores"] = new JsonObject(Categories.Select(category => KeyValuePair.Create<string, JsonNode?>(category, Severity(category) / MostSevere))),
            ["category_applied_input_types"] = new JsonObject(Categories.Select(category =>
                KeyValuePair.Create<string, JsonNode?>(category, Judged.ContainsKey(category) ? new JsonArray("text") : new JsonArray()))),
        };
    }

    /// <summary>A string; a list of strings, each judged for itself; or parts, judged together as one.</summary>
    private static List<string> ReadInputs(JsonElement body, List<Problem> problems)
    {
        var texts = new List<string>();
        if (!body.TryGetProperty("input", out var input) || input.ValueKind is JsonValueKind.Null)
        {
            problems.Add(new("input", "'input' is required: a string, a list of strings, or a list of parts.", ProblemCodes.Required));
            return texts;
        }

        if (input.ValueKind is JsonValueKind.String)
        {
            texts.Add(input.GetString()!);
        }
        else if (input.ValueKind is not JsonValueKind.Array || input.GetArrayLength() is 0 or > MostInputs)
        {
            problems.Add(new("input", $"'input' must be a string, or a list of 1 to {MostInputs} strings or parts."));
        }
        else if (input.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String))
        {
            texts.AddRange(input.EnumerateArray().Select(item => item.GetString()!));
        }
        else
        {
            texts.Add(string.Join('\n', input.EnumerateArray().Select((part, index) => ReadPart(part, $"input[{index}]", problems))));
        }

        if (texts.Exists(text => text.Length > LongestText))
        {
            problems.Add(new("input", $"A text of 'input' may have {LongestText} characters."));
        }

        return texts;
    }

    private static string ReadPart(JsonElement part, string at, List<Problem> problems)
    {
        var type = part.ValueKind is JsonValueKind.Object && part.TryGetProperty("type", out var word) ? word.ToString() : "";
        if (type is "text" && part.TryGetProperty("text", out var text) && text.ValueKind is JsonValueKind.String)
        {
            return text.GetString()!;
        }

        problems.Add(type is "image_url"
            ? new(at, $"'{at}' is an image; the embedded model judges text. Name a deployment as 'model' whose connection reaches a moderation model that sees.")
            : new(at, $"'{at}' must be a part of type text, with its 'text'."));
        return "";
    }
}
