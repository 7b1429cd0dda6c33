using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference.Translation;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Translation;

/// <summary>Reads requests of the api-versions with a date: each input with its own targets and options. Pure.</summary>
internal static class InputsRequest
{
    private const string General = "general";
    private const int MostExamples = 5;

    private static readonly string[] TargetMembers =
    [
        "language", "script", "deploymentName", "allowFallback", "profanityAction", "profanityMarker", "tone", "gender", "adaptiveDatasetId", "referenceTextPairs",
    ];

    private static readonly string[] Tones = ["formal", "informal", "neutral"];
    private static readonly string[] Genders = ["male", "female", "neutral"];

    /// <exception cref="ApiException">400 with every mistake.</exception>
    public static TranslationRequest Read(IQueryCollection query, JsonElement body)
    {
        TranslatorProblems.DemandQuery(query);
        var problems = new List<Problem>();
        var inputs = new List<TranslationInput>();
        if (body.ValueKind is JsonValueKind.Object)
        {
            Know(body, "", ["inputs"], problems);
        }

        if (body.ValueKind is not JsonValueKind.Object || !body.TryGetProperty("inputs", out var list) || list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() == 0)
        {
            problems.Add(new("inputs", "'inputs' must be a list of one input or more, each with a 'text' and its 'targets'.", "400005"));
        }
        else if (list.GetArrayLength() > TranslatorLimits.Translate.MostTexts)
        {
            problems.Add(new("inputs", $"'inputs' has {list.GetArrayLength()} texts; the most are {TranslatorLimits.Translate.MostTexts}.", "400072"));
        }
        else
        {
            inputs.AddRange(list.EnumerateArray().Select((item, at) => ReadInput(item, $"inputs[{at}]", problems)));
            TranslatorProblems.CheckLengths([.. inputs.Select(input => input.Text)], TranslatorLimits.Translate, problems);
        }

        TranslatorProblems.Demand(problems);
        return new(inputs, WantsSentences: false);
    }

    private static TranslationInput ReadInput(JsonElement item, string place, List<Problem> problems)
    {
        if (item.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new(place, $"'{place}' must be an object with a 'text' and its 'targets'.", "400020"));
            return new() { Text = "", Targets = [] };
        }

        Know(item, $"{place}.", ["text", "script", "language", "textType", "targets"], problems);
        DemandNoScript(item, place);
        var text = Text(item, "text", place, "400020", problems);
        if (text is null)
        {
            problems.Add(new($"{place}.text", $"'{place}.text' is required.", "400005"));
        }

        return new()
        {
            Text = text ?? "",
            From = Language(item, place, "400035", problems)?.Code,
            IsHtml = OneOf(item, "textType", place, "400071", ["plain", "html"], problems) == "html",
            Targets = ReadTargets(item, place, problems),
        };
    }

    private static List<TranslationTarget> ReadTargets(JsonElement item, string place, List<Problem> problems)
    {
        if (!item.TryGetProperty("targets", out var list) || list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() is 0 or > TranslatorLimits.MostTargets)
        {
            problems.Add(new($"{place}.targets", $"'{place}.targets' must be a list of 1 to {TranslatorLimits.MostTargets} targets, each with a 'language'.", "400036"));
            return [];
        }

        return [.. list.EnumerateArray().Select((target, at) => ReadTarget(target, $"{place}.targets[{at}]", problems))];
    }

    private static TranslationTarget ReadTarget(JsonElement item, string place, List<Problem> problems)
    {
        var language = item.ValueKind is JsonValueKind.Object ? Language(item, place, "400036", problems) : null;
        if (language is null)
        {
            if (!problems.Exists(problem => problem.Target == $"{place}.language"))
            {
                problems.Add(new($"{place}.language", $"'{place}.language' is required: the language that the text is wanted in, such as es.", "400036"));
            }

            return new() { Language = "", Code = "" };
        }

        Know(item, $"{place}.", TargetMembers, problems);
        DemandNoScript(item, place);
        if (Text(item, "adaptiveDatasetId", place, TranslatorProblems.WrongOption, problems) is not null)
        {
            throw ApiException.NotBuilt("Translation by a data set (adaptiveDatasetId)");
        }

        var deployment = Text(item, "deploymentName", place, TranslatorProblems.WrongOption, problems);
        return new()
        {
            Language = item.GetProperty("language").GetString()!,
            Code = language.Code,
            Deployment = deployment is null or "" or General ? null : deployment,
            MayFallBack = Flag(item, "allowFallback", place, problems) ?? true,
            Profanity = Enum.Parse<ProfanityAction>(OneOf(item, "profanityAction", place, TranslatorProblems.WrongOption, Enum.GetNames<ProfanityAction>(), problems) ?? nameof(ProfanityAction.NoAction)),
            MarksProfanityByTag = OneOf(item, "profanityMarker", place, TranslatorProblems.WrongOption, ["Asterisk", "Tag"], problems) == "Tag",
            Tone = OneOf(item, "tone", place, TranslatorProblems.WrongOption, Tones, problems),
            Gender = OneOf(item, "gender", place, TranslatorProblems.WrongOption, Genders, problems),
            Examples = ReadExamples(item, place, problems),
        };
    }

    private static void Know(JsonElement item, string place, string[] members, List<Problem> problems)
    {
        var found = new List<Problem>();
        UnknownMembers.Refuse(item, place, members, found);
        problems.AddRange(found.Select(problem => problem with { Code = TranslatorProblems.WrongOption }));
    }

    private static void DemandNoScript(JsonElement item, string place)
    {
        if (item.TryGetProperty("script", out var script) && script.ValueKind is not JsonValueKind.Null)
        {
            throw TranslatorUpstream.Lacking("turns one script into another", $"{place}.script");
        }
    }

    private static (string Source, string Target)[] ReadExamples(JsonElement item, string place, List<Problem> problems)
    {
        if (!item.TryGetProperty("referenceTextPairs", out var list) || list.ValueKind is JsonValueKind.Null)
        {
            return [];
        }

        var examples = new List<(string, string)>();
        if (list.ValueKind is JsonValueKind.Array && list.GetArrayLength() <= MostExamples)
        {
            foreach (var pair in list.EnumerateArray())
            {
                if (pair.ValueKind is JsonValueKind.Object && pair.TryGetProperty("source", out var source) && source.ValueKind is JsonValueKind.String
                    && pair.TryGetProperty("target", out var target) && target.ValueKind is JsonValueKind.String)
                {
                    examples.Add((source.GetString()!, target.GetString()!));
                }
            }

            if (examples.Count == list.GetArrayLength())
            {
                return [.. examples];
            }
        }

        problems.Add(new($"{place}.referenceTextPairs", $"'{place}.referenceTextPairs' must be a list of up to {MostExamples} pairs, each with a 'source' and a 'target'.", TranslatorProblems.WrongOption));
        return [];
    }

    private static TranslationLanguage? Language(JsonElement item, string place, string code, List<Problem> problems)
    {
        if (Text(item, "language", place, code, problems) is not { Length: > 0 } given)
        {
            return null;
        }

        var language = TranslationLanguages.Find(given);
        if (language is null)
        {
            problems.Add(new($"{place}.language", $"'{place}.language' has no language that is known: '{given}'.", code));
        }

        return language;
    }

    private static string? OneOf(JsonElement item, string name, string place, string code, string[] allowed, List<Problem> problems)
    {
        if (Text(item, name, place, code, problems) is not { } given)
        {
            return null;
        }

        var found = Array.Find(allowed, value => value.Equals(given, StringComparison.OrdinalIgnoreCase));
        if (found is null)
        {
            problems.Add(new($"{place}.{name}", $"'{place}.{name}' must be one of {string.Join(", ", allowed)}; found '{given}'.", code));
        }

        return found;
    }

    private static string? Text(JsonElement item, string name, string place, string code, List<Problem> problems) => Placed(place, code, problems, found => item.Text(name, found));

    private static bool? Flag(JsonElement item, string name, string place, List<Problem> problems) => Placed(place, TranslatorProblems.WrongOption, problems, found => item.Flag(name, found));

    /// <summary>What is wrong with a property, with the place of its object.</summary>
    private static T Placed<T>(string place, string code, List<Problem> problems, Func<List<Problem>, T> read)
    {
        var found = new List<Problem>();
        var value = read(found);
        problems.AddRange(found.Select(problem => new Problem($"{place}.{problem.Target}", $"{place}: {problem.Message}", code)));
        return value;
    }
}
