using System.Collections;
using System.Globalization;
using System.Text;

namespace Atrium.Inference.Llama.Templates;

/// <summary>
/// The values of a template behave as in Python: null is None, numbers are long or double, a list is <see cref="IReadOnlyList{T}"/>,
/// a mapping is <see cref="Map"/>.
/// </summary>
internal static class Values
{
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        double number => number != 0,
        string text => text.Length > 0,
        IReadOnlyList<object?> list => list.Count > 0,
        Map map => map.Count > 0 || map is Namespace,
        _ => true,
    };

    /// <summary>The value as it is printed.</summary>
    public static string Text(object? value, TemplateBudget budget)
    {
        if (value is string or Undefined)
        {
            return value as string ?? "";
        }

        var text = new StringBuilder();
        WriteRepr(text, value, budget);
        return text.ToString();
    }

    /// <summary>The value as it stands inside a printed list.</summary>
    private static void WriteRepr(StringBuilder to, object? value, TemplateBudget budget)
    {
        switch (value)
        {
            case IReadOnlyList<object?> list:
                budget.Write(to, "[");
                for (var i = 0; i < list.Count; i++)
                {
                    budget.Write(to, i == 0 ? "" : ", ");
                    WriteRepr(to, list[i], budget);
                }

                budget.Write(to, "]");
                break;
            case Map map:
                var separator = "{";
                foreach (var (key, item) in map)
                {
                    budget.Write(to, separator);
                    WriteRepr(to, key, budget);
                    budget.Write(to, ": ");
                    WriteRepr(to, item, budget);
                    separator = ", ";
                }

                budget.Write(to, map.Count == 0 ? "{}" : "}");
                break;
            default:
                budget.Write(to, value switch
                {
                    null => "None",
                    Undefined => "Undefined",
                    true => "True",
                    false => "False",
                    long number => number.ToString(CultureInfo.InvariantCulture),
                    double number => Number(number),
                    string text => Quote(text),
                    _ => "<function>",
                });
                break;
        }
    }

    /// <summary>A floating number as Python prints it.</summary>
    public static string Number(double number) =>
        double.IsFinite(number) && number == Math.Floor(number) && Math.Abs(number) < 1e16
            ? number.ToString("0.0", CultureInfo.InvariantCulture)
            : number.ToString("R", CultureInfo.InvariantCulture);

    public static bool Same(object? a, object? b, TemplateBudget budget)
    {
        budget.Spend();
        return (a, b) switch
        {
            (null, null) or (Undefined, Undefined) => true,
            (IReadOnlyList<object?> x, IReadOnlyList<object?> y) => x.Count == y.Count && x.Zip(y).All(pair => Same(pair.First, pair.Second, budget)),
            (Map x, Map y) =>
                x.Count == y.Count && x.All(pair => y.TryGetValue(pair.Key, out var other) && Same(pair.Value, other, budget)),
            _ when AsNumber(a) is { } x && AsNumber(b) is { } y => x == y,
            _ => Equals(a, b),
        };
    }

    public static int Order(object? a, object? b) => (a, b) switch
    {
        (string x, string y) => string.CompareOrdinal(x, y),
        _ when AsNumber(a) is { } x && AsNumber(b) is { } y => x.CompareTo(y),
        _ => throw new TemplateException($"{Kind(a)} and {Kind(b)} have no order"),
    };

    public static bool Contains(object? container, object? item, TemplateBudget budget) => container switch
    {
        string text when item is string part => text.Contains(part, StringComparison.Ordinal),
        IReadOnlyList<object?> list => list.Any(other => Same(other, item, budget)),
        Map map => item is not null && map.TryGetValue(item, out _),
        Undefined => false,
        _ => throw new TemplateException($"'in' does not look for {Kind(item)} in {Kind(container)}"),
    };

    /// <summary>The elements that a loop goes over.</summary>
    public static IReadOnlyList<object?> Elements(object? value, Scope scope)
    {
        IReadOnlyList<object?> list = value switch
        {
            IReadOnlyList<object?> elements => elements,
            Map map => [.. map.Keys],
            string text => [.. text.EnumerateRunes().Select(rune => rune.ToString())],
            // Python would not walk over None; templates do that with the tools that are not given.
            null or Undefined => [],
            _ => throw new TemplateException($"{Kind(value)} cannot be walked over"),
        };
        scope.Budget.Spend(list.Count);
        return list;
    }

    public static double? AsNumber(object? value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long number => number,
        double number => number,
        _ => null,
    };

    /// <summary>A whole number, or an error that says what it is for.</summary>
    public static int Whole(object? value, string what) =>
        value is long number and >= int.MinValue and <= int.MaxValue ? (int)number : throw new TemplateException($"{what} must be a whole number, not {Kind(value)}");

    /// <summary>A text, or an error that says what it is for.</summary>
    public static string String(object? value, string what) => value as string ?? throw new TemplateException($"{what} must be a text, not {Kind(value)}");

    /// <summary>How much there is to walk over.</summary>
    public static int Size(object? value) => value switch
    {
        string text => text.Length / 16,
        IReadOnlyList<object?> list => list.Count,
        Map map => map.Count,
        _ => 0,
    };

    /// <summary>The kind of a value in words.</summary>
    public static string Kind(object? value) => value switch
    {
        null => "none",
        Undefined { Name: var name } => $"'{name}', which is undefined,",
        bool => "a boolean",
        long or double => "a number",
        string => "a text",
        Map => "a mapping",
        IEnumerable => "a list",
        _ => "a function",
    };

    private static string Quote(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var quoted = new StringBuilder().Append(quote);
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\\' => "\\\\",
                _ => letter == quote ? "\\" + letter : letter.ToString(),
            });
        }

        return quoted.Append(quote).ToString();
    }
}
