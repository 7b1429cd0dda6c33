using System.Text.Json;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;

namespace Atrium.Server.Gateway.Language;

/// <summary>How sure it must be that something is personal data (<c>confidenceScoreThreshold</c>). Pure.</summary>
/// <param name="Usual">For what has no threshold of its own.</param>
/// <param name="Own">Those of categories; without a language they hold for all.</param>
internal sealed record PiiThreshold(double Usual, IReadOnlyList<(string Category, string? Language, double Value)> Own)
{
    private const string Name = "confidenceScoreThreshold";

    public static readonly PiiThreshold None = new(0, []);

    public double Of(string category, string language) =>
        Own.Where(one => one.Category == category && (one.Language is null || language.Split('-')[0].Equals(one.Language, StringComparison.OrdinalIgnoreCase)))
            .OrderBy(one => one.Language is null).Select(one => (double?)one.Value).FirstOrDefault() ?? Usual;

    public static PiiThreshold Read(JsonElement parameters, List<Problem> problems)
    {
        if (!parameters.TryGetProperty(Name, out var given) || given.ValueKind is JsonValueKind.Null)
        {
            return None;
        }

        if (given.ValueKind is not JsonValueKind.Object)
        {
            problems.Add(new(Name, $"'{Name}' must be an object with 'default', a number from 0 to 1, and maybe 'overrides'."));
            return None;
        }

        UnknownMembers.Refuse(given, $"{Name}.", ["default", "overrides"], problems);
        var own = new List<(string, string?, double)>();
        if (given.TryGetProperty("overrides", out var list) && list.ValueKind is not JsonValueKind.Null)
        {
            if (list.ValueKind is JsonValueKind.Array && list.EnumerateArray().All(one => one.ValueKind is JsonValueKind.Object))
            {
                own.AddRange(list.EnumerateArray().Select(one => ReadOwn(one, problems)));
            }
            else
            {
                problems.Add(new($"{Name}.overrides", $"'{Name}.overrides' must be a list of objects, each with an 'entity' and a 'value'."));
            }
        }

        return new(given.Number("default", 0, 1, problems) ?? 0, own);
    }

    private static (string Category, string? Language, double Value) ReadOwn(JsonElement one, List<Problem> problems)
    {
        UnknownMembers.Refuse(one, $"{Name}.overrides.", ["entity", "value", "language"], problems);
        var (category, value) = (one.Text("entity", problems), one.Number("value", 0, 1, problems));
        if (category is null || !PiiCategories.Published.Contains(category) || value is null)
        {
            problems.Add(new($"{Name}.overrides", $"'{Name}.overrides' needs for each the 'entity', a category of personal data, and its 'value', a number from 0 to 1."));
        }

        return (category ?? "", one.Text("language", problems), value ?? 0);
    }
}
