using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference.Hearing.Phrases;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>Phrase lists as the speech services have them: <c>phraseList</c> of a fast transcription, and <c>dgi</c> of a connection's <c>speech.context</c>. Pure.</summary>
internal static class ExpectedPhrases
{
    /// <summary>As published for clients.</summary>
    public const int MostOfClient = 500;
    public const int MostOfFast = 2000;

    /// <summary>The list of a definition; null where there is none.</summary>
    public static PhraseList? Read(JsonElement definition, List<Problem> problems)
    {
        const string target = "definition.phraseList";
        if (!definition.TryGetProperty("phraseList", out var list) || list.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (list.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new(target, "'phraseList' must be an object with 'phrases' and 'biasingWeight'."));
            return null;
        }

        var (phrases, weight) = (new List<string>(), 1f);
        foreach (var member in list.EnumerateObject().Where(member => member.Value.ValueKind is not JsonValueKind.Null))
        {
            switch (member.Name)
            {
                case "phrases" when Texts(member.Value) is { } texts && texts.Count <= MostOfFast && texts.TrueForAll(IsShort):
                    phrases = texts;
                    break;
                case "phrases":
                    problems.Add(new(target, $"'phrases' must be an array of at most {MostOfFast} strings of at most {PhraseList.LongestPhrase} characters."));
                    break;
                case "biasingWeight" when Weight(member.Value) is { } given:
                    weight = given;
                    break;
                case "biasingWeight":
                    problems.Add(new($"{target}.biasingWeight", $"'biasingWeight' must be a number from 0 to {PhraseList.MostWeight}."));
                    break;
                default:
                    problems.Add(new($"{target}.{member.Name}", $"'{member.Name}' is not known here. A phrase list has phrases and biasingWeight."));
                    break;
            }
        }

        return new(phrases, weight);
    }

    /// <summary>The list of a context, whose members official clients write with capitals or without.</summary>
    /// <param name="dgi">The member <c>dgi</c>.</param>
    /// <param name="unserved">What is wrong with it, in words; null for nothing.</param>
    public static PhraseList? ReadContext(JsonElement dgi, out string? unserved)
    {
        var (phrases, weight) = (new List<string>(), 1f);
        unserved = null;
        foreach (var member in dgi.EnumerateObject().Where(member => member.Value.ValueKind is not JsonValueKind.Null))
        {
            switch (member.Name.ToLowerInvariant())
            {
                case "groups" when member.Value.ValueKind is JsonValueKind.Array:
                    phrases = [.. member.Value.EnumerateArray().SelectMany(group => Items(group)).Select(Text)];
                    unserved ??= phrases.Count > MostOfClient || !phrases.TrueForAll(IsShort) ? $"A phrase list (dgi) has at most {MostOfClient} phrases of at most {PhraseList.LongestPhrase} characters; this one has {phrases.Count}." : null;
                    break;
                case "bias" when Weight(member.Value) is { } given:
                    weight = given;
                    break;
                case "bias":
                    unserved ??= $"The weight of a phrase list (dgi.bias) is a number from 0 to {PhraseList.MostWeight}.";
                    break;
                case "referencegrammars" when member.Value.ValueKind is JsonValueKind.Array && member.Value.GetArrayLength() == 0:
                    break;
                default:
                    unserved ??= $"'dgi.{member.Name}' is not served; a phrase list has groups with items of text, and bias.";
                    break;
            }
        }

        return new(phrases, weight);
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement group) => Member(group, "items") is { ValueKind: JsonValueKind.Array } items ? items.EnumerateArray() : default;

    private static string Text(JsonElement item) => Member(item, "text") is { ValueKind: JsonValueKind.String } text ? text.GetString()! : "";

    private static JsonElement? Member(JsonElement element, string name) => element.ValueKind is not JsonValueKind.Object ? null
        : element.EnumerateObject().Where(member => member.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(member => (JsonElement?)member.Value).FirstOrDefault();

    private static List<string>? Texts(JsonElement array) => array.ValueKind is JsonValueKind.Array && array.EnumerateArray().All(item => item.ValueKind is JsonValueKind.String)
        ? [.. array.EnumerateArray().Select(item => item.GetString()!)]
        : null;

    private static bool IsShort(string phrase) => phrase.Length <= PhraseList.LongestPhrase;

    private static float? Weight(JsonElement number) => number.ValueKind is JsonValueKind.Number && number.GetDouble() is >= 0 and <= PhraseList.MostWeight and var weight ? (float)weight : null;
}
