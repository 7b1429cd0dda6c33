using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference.Translation;
using Atrium.Server.Gateway.Dialects;

namespace Atrium.Server.Gateway.Translation;

/// <summary>Reads requests of api-version 3.0: options in the query, a list of texts in the body. Pure.</summary>
internal static class ListRequest
{
    private const string General = "general";
    private static readonly string[] Scripts = ["fromScript", "toScript"];

    private static readonly string[] Options =
    [
        "from", "to", "textType", "category", "profanityAction", "profanityMarker", "includeAlignment", "includeSentenceLength", "suggestedFrom", "allowFallback", .. Scripts,
    ];

    /// <exception cref="Hosting.ApiException">400 with every mistake.</exception>
    public static TranslationRequest Read(IQueryCollection query, JsonElement body)
    {
        TranslatorProblems.DemandQuery(query, Options);
        var problems = new List<Problem>();
        var texts = ReadTexts(body, TranslatorLimits.Translate, problems);
        var from = ReadLanguage(query, "from", "400035", problems);
        var suggested = ReadLanguage(query, "suggestedFrom", "400035", problems);
        var isHtml = ReadOneOf(query, "textType", "400071", ["plain", "html"], problems) == "html";
        var profanity = ReadOneOf(query, "profanityAction", TranslatorProblems.WrongOption, ["NoAction", "Marked", "Deleted"], problems);
        var marker = ReadOneOf(query, "profanityMarker", TranslatorProblems.WrongOption, ["Asterisk", "Tag"], problems);
        var wantsAlignment = ReadFlag(query, "includeAlignment", problems) ?? false;
        var wantsSentences = ReadFlag(query, "includeSentenceLength", problems) ?? false;
        var mayFallBack = ReadFlag(query, "allowFallback", problems) ?? true;
        var category = query["category"].ToString();
        var targets = ReadTargets(query, problems).ConvertAll(target => target with
        {
            Deployment = category.Length == 0 || category.StartsWith(General, StringComparison.OrdinalIgnoreCase) ? null : category,
            MayFallBack = mayFallBack,
            Profanity = Enum.Parse<ProfanityAction>(profanity ?? nameof(ProfanityAction.NoAction)),
            MarksProfanityByTag = marker == "Tag",
        });
        TranslatorProblems.Demand(problems);
        _ = wantsAlignment ? throw TranslatorUpstream.Lacking("tells which words became which", "includeAlignment") : 0;
        foreach (var script in Scripts.Where(name => query[name].ToString().Length > 0))
        {
            throw TranslatorUpstream.Lacking("turns one script into another", script);
        }

        return new([.. texts.Select(text => new TranslationInput { Text = text, From = from, SuggestedFrom = suggested, IsHtml = isHtml, Targets = targets })], wantsSentences);
    }

    /// <summary>The texts of a body <c>[{"text":"..."}]</c>; documents write the name with a capital letter too.</summary>
    public static List<string> ReadTexts(JsonElement body, TranslatorLimits limits, List<Problem> problems)
    {
        var texts = new List<string>();
        if (body.ValueKind is not JsonValueKind.Array || body.GetArrayLength() == 0)
        {
            problems.Add(new("body", "The body must be a list of one text or more: [{\"text\":\"...\"}].", "400005"));
            return texts;
        }

        if (body.GetArrayLength() > limits.MostTexts)
        {
            problems.Add(new("body", $"The list has {body.GetArrayLength()} texts; the most are {limits.MostTexts}.", "400072"));
            return texts;
        }

        foreach (var (at, item) in body.EnumerateArray().Index())
        {
            if (item.ValueKind is JsonValueKind.Object && (item.TryGetProperty("text", out var text) || item.TryGetProperty("Text", out text)) && text.ValueKind is JsonValueKind.String)
            {
                var found = new List<Problem>();
                UnknownMembers.Refuse(item, $"[{at}].", ["text", "Text"], found);
                problems.AddRange(found.Select(problem => problem with { Code = "400020" }));
                texts.Add(text.GetString()!);
            }
            else
            {
                problems.Add(new($"[{at}].text", $"Element {at} of the list has no 'text' that is a string.", "400020"));
            }
        }

        TranslatorProblems.CheckLengths(texts, limits, problems);
        return texts;
    }

    /// <summary>A language by its code; null where none is given.</summary>
    public static string? ReadLanguage(IQueryCollection query, string name, string code, List<Problem> problems)
    {
        var given = query[name].ToString();
        if (given.Length == 0)
        {
            return null;
        }

        if (TranslationLanguages.Find(given) is { } language)
        {
            return language.Code;
        }

        problems.Add(new(name, $"'{name}' has no language that is known: '{given}'.", code));
        return null;
    }

    private static List<TranslationTarget> ReadTargets(IQueryCollection query, List<Problem> problems)
    {
        string[] asked = [.. query["to"].SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];
        if (asked.Length is 0 or > TranslatorLimits.MostTargets)
        {
            problems.Add(new("to", $"'to' is required: the language that the texts are wanted in, such as to=es; it may be given up to {TranslatorLimits.MostTargets} times.", "400036"));
            return [];
        }

        var targets = new List<TranslationTarget>();
        foreach (var to in asked)
        {
            if (TranslationLanguages.Find(to) is { } language)
            {
                targets.Add(new() { Language = to, Code = language.Code });
            }
            else
            {
                problems.Add(new("to", $"'to' has no language that is known: '{to}'.", "400036"));
            }
        }

        return targets;
    }

    private static string? ReadOneOf(IQueryCollection query, string name, string code, string[] allowed, List<Problem> problems)
    {
        var given = query[name].ToString();
        if (given.Length == 0)
        {
            return null;
        }

        var found = Array.Find(allowed, value => value.Equals(given, StringComparison.OrdinalIgnoreCase));
        if (found is null)
        {
            problems.Add(new(name, $"'{name}' must be one of {string.Join(", ", allowed)}; found '{given}'.", code));
        }

        return found;
    }

    private static bool? ReadFlag(IQueryCollection query, string name, List<Problem> problems) => ReadOneOf(query, name, TranslatorProblems.WrongOption, ["true", "false"], problems) is { } given ? given == "true" : null;
}
