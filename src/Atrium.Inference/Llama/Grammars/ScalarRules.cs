using System.Globalization;
using System.Text.Json;

namespace Atrium.Inference.Llama.Grammars;

/// <summary>The rules of the values that hold no others, by what their schema demands of them.</summary>
/// <param name="rules">Where they go.</param>
/// <param name="json">The rules of JSON itself.</param>
/// <param name="spend">Counts what the grammar grows by, at a place.</param>
internal sealed class ScalarRules(GrammarRules rules, JsonRules json, Action<int, string> spend)
{
    /// <summary>A string of a length, a format or a pattern.</summary>
    public string Text(JsonElement schema, string place)
    {
        if (schema.TryGetProperty("format", out var format))
        {
            SchemaKeywords.Demand(schema, place, "type", "format");
            return StringFormats.Of(format.ToString(), rules) is { } body
                ? rules.Add($"\"\\\"\" {body} \"\\\"\"")
                : throw new SchemaNotSupportedException($"{place}/format", $"'{format}' is not supported. Known: {StringFormats.Names}.");
        }

        if (schema.TryGetProperty("pattern", out var pattern))
        {
            SchemaKeywords.Demand(schema, place, "type", "pattern");
            return pattern.ValueKind is JsonValueKind.String
                ? rules.Add($"\"\\\"\" {rules.Add(PatternGrammar.Of(pattern.GetString()!, $"{place}/pattern", rules, json.Letter(), spend))} \"\\\"\"")
                : throw new SchemaNotSupportedException($"{place}/pattern", "it must be a regular expression.");
        }

        var (least, most) = (SchemaKeywords.Count(schema, "minLength", place), SchemaKeywords.Count(schema, "maxLength", place));
        if (least is null && most is null)
        {
            return json.Text();
        }

        spend(most ?? least ?? 0, place);
        return most < (least ?? 0)
            ? throw new SchemaNotSupportedException($"{place}/maxLength", "it is less than 'minLength'.")
            : rules.Add(string.Create(CultureInfo.InvariantCulture, $"\"\\\"\" {json.Letter()}{{{least ?? 0},{most}}} \"\\\"\""));
    }

    /// <summary>A whole number between bounds.</summary>
    public string Integer(JsonElement schema, string place)
    {
        var least = SchemaKeywords.Bound(schema, "minimum", "exclusiveMinimum", place, up: true);
        var most = SchemaKeywords.Bound(schema, "maximum", "exclusiveMaximum", place, up: false);
        if (least > WholeNumbers.Largest || most < -WholeNumbers.Largest)
        {
            throw new SchemaNotSupportedException($"{place}/{(least > WholeNumbers.Largest ? "minimum" : "maximum")}", $"whole numbers are written up to {WholeNumbers.Largest}.");
        }

        return most < least
            ? throw new SchemaNotSupportedException($"{place}/maximum", "no whole number lies between the bounds.")
            : rules.Add(WholeNumbers.Between(least, most));
    }

    /// <summary>A number between bounds.</summary>
    public string Number(JsonElement schema, string place)
    {
        var least = SchemaKeywords.Bounds(schema, "minimum", "exclusiveMinimum", place).OrderBy(bound => bound.Value).ThenBy(bound => !bound.Inclusive).Cast<(decimal, bool)?>().LastOrDefault();
        var most = SchemaKeywords.Bounds(schema, "maximum", "exclusiveMaximum", place).OrderBy(bound => bound.Value).ThenBy(bound => bound.Inclusive).Cast<(decimal, bool)?>().FirstOrDefault();
        return least is null && most is null
            ? json.Number()
            : rules.Add(DecimalNumbers.Between(least, most) ?? throw new SchemaNotSupportedException($"{place}/{(most is null ? "minimum" : "maximum")}", "no number that is written here lies between the bounds."));
    }
}
