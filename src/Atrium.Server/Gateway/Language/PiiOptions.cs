using System.Collections.Frozen;
using System.Text.Json;
using Atrium.Contracts;
using Atrium.Inference.Language;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Language;

/// <summary>Which personal data is looked for, and what stands in its place. Pure.</summary>
internal sealed record PiiOptions
{
    // Before the next one, which is made of it.
    private static readonly FrozenSet<string> All = PersonalData.Categories.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Where nothing is said.</summary>
    public static readonly PiiOptions Usual = new();

    /// <summary>The parameters of the kind.</summary>
    public static readonly string[] Names =
    [
        "domain", "piiCategories", "excludePiiCategories", "valueExclusionPolicy", "entitySynonyms", "redactionPolicies", "redactionPolicy", "confidenceScoreThreshold", "disableEntityValidation",
    ];

    public IReadOnlySet<string> Categories { get; private init; } = All;

    /// <summary>Whether the caller left it to the server which categories are looked for.</summary>
    public bool IsOurChoice { get; private init; } = true;

    public RedactionPolicies Redaction { get; private init; } = RedactionPolicies.Usual;

    private FrozenSet<string> ExcludedValues { get; init; } = FrozenSet<string>.Empty;

    private PiiThreshold Threshold { get; init; } = PiiThreshold.None;

    /// <summary>Whether what was found is wanted.</summary>
    public bool Wants(PersonalDatum datum, string value, string language) =>
        Categories.Contains(datum.Category) && !ExcludedValues.Contains(value) && datum.Confidence >= Threshold.Of(datum.Category, language);

    /// <param name="parameters">Of the request.</param>
    /// <param name="place">Before their names, for refusals that end the reading.</param>
    /// <param name="problems">Gets what is wrong.</param>
    /// <exception cref="ApiException">501: it is published, and nothing here does it.</exception>
    public static PiiOptions Read(JsonElement parameters, string place, List<Problem> problems)
    {
        var domain = parameters.Text("domain", problems);
        if (domain is not null && !domain.Equals("none", StringComparison.OrdinalIgnoreCase))
        {
            _ = domain.Equals("phi", StringComparison.OrdinalIgnoreCase) ? throw Lacking($"tells health information from other personal data ('{place}domain': phi)") : 0;
            problems.Add(new("domain", $"'domain' must be none or phi; found '{domain}'."));
        }

        if (parameters.TryGetProperty("entitySynonyms", out var synonyms) && synonyms.ValueKind is not JsonValueKind.Null)
        {
            throw Lacking($"looks for words beside personal data ('{place}entitySynonyms')");
        }

        if (parameters.Flag("disableEntityValidation", problems) is true)
        {
            throw Lacking($"finds numbers whose checksum is wrong ('{place}disableEntityValidation')");
        }

        var wanted = ReadNames(parameters, "piiCategories", PiiCategories.Choices, problems);
        var isOurChoice = wanted is null or { Count: 0 } || wanted.Overlaps(PiiCategories.Choices);
        if (wanted?.Where(PiiCategories.Published.Contains).Except(All).ToList() is { Count: > 0 } missing)
        {
            throw Lacking($"finds {string.Join(", ", missing)} ('{place}piiCategories'); found are {string.Join(", ", All.Order(StringComparer.Ordinal))}");
        }

        var excluded = ReadNames(parameters, "excludePiiCategories", [], problems);
        return new()
        {
            IsOurChoice = isOurChoice,
            Categories = All.Where(category => isOurChoice || wanted!.Contains(category)).Except(excluded ?? []).ToFrozenSet(StringComparer.Ordinal),
            ExcludedValues = ReadValues(parameters, problems),
            Threshold = PiiThreshold.Read(parameters, problems),
            Redaction = RedactionPolicies.Read(parameters, place, problems),
        };
    }

    public static ApiException Lacking(string what) => ApiException.NoModel($"Nothing here {what}. {LanguageUpstream.HowTo(AnalysisKind.PersonalData)}.");

    /// <summary>Names of published categories; null where none are given.</summary>
    public static HashSet<string>? ReadNames(JsonElement item, string name, string[] more, List<Problem> problems)
    {
        if (!item.TryGetProperty(name, out var list) || list.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        if (list.ValueKind is not JsonValueKind.Array || !list.EnumerateArray().All(one => one.ValueKind is JsonValueKind.String))
        {
            problems.Add(new(name, $"'{name}' must be a list of names of categories."));
            return null;
        }

        var names = list.EnumerateArray().Select(one => one.GetString()!).ToHashSet(StringComparer.Ordinal);
        if (names.Where(one => !PiiCategories.Published.Contains(one) && !more.Contains(one)).ToList() is { Count: > 0 } unknown)
        {
            problems.Add(new(name, $"'{name}' has names that are no published category of personal data: {string.Join(", ", unknown)}. Found here are {string.Join(", ", All.Order(StringComparer.Ordinal))}."));
        }

        return names;
    }

    private static FrozenSet<string> ReadValues(JsonElement parameters, List<Problem> problems)
    {
        if (!parameters.TryGetProperty("valueExclusionPolicy", out var policy) || policy.ValueKind is JsonValueKind.Null)
        {
            return FrozenSet<string>.Empty;
        }

        if (policy.ValueKind is not JsonValueKind.Object || !policy.TryGetProperty("excludedValues", out var values) || values.ValueKind is not JsonValueKind.Array || !values.EnumerateArray().All(value => value.ValueKind is JsonValueKind.String))
        {
            problems.Add(new("valueExclusionPolicy", "'valueExclusionPolicy' must be an object with 'excludedValues', a list of strings, and maybe 'caseSensitive'."));
            return FrozenSet<string>.Empty;
        }

        UnknownMembers.Refuse(policy, "valueExclusionPolicy.", ["caseSensitive", "excludedValues"], problems);
        return values.EnumerateArray().Select(value => value.GetString()!).ToFrozenSet(policy.Flag("caseSensitive", problems) is true ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
    }
}
