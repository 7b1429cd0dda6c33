using System.Globalization;
using System.Text;

namespace Atrium.Inference.Llama.Templates;

/// <summary>JSON as chat templates expect it: spaces after separators, letters beyond ASCII as they are, no HTML escapes.</summary>
internal static class Json
{
    public static string Write(object? value, int? indent, TemplateBudget budget)
    {
        var to = new StringBuilder();
        Write(to, value, indent, 0, budget);
        return to.ToString();
    }

    private static void Write(StringBuilder to, object? value, int? indent, int depth, TemplateBudget budget)
    {
        switch (value)
        {
            case IReadOnlyList<object?> list:
                WriteAll(to, '[', ']', list.Count, indent, depth, budget, at => Write(to, list[at], indent, depth + 1, budget));
                break;
            case Map map:
                var pairs = map.ToList();
                WriteAll(to, '{', '}', pairs.Count, indent, depth, budget, at =>
                {
                    budget.Write(to, Quote(Values.Text(pairs[at].Key, budget)) + ": ");
                    Write(to, pairs[at].Value, indent, depth + 1, budget);
                });
                break;
            default:
                budget.Write(to, value switch
                {
                    null => "null",
                    true => "true",
                    false => "false",
                    long number => number.ToString(CultureInfo.InvariantCulture),
                    double number => Values.Number(number),
                    string text => Quote(text),
                    _ => throw new TemplateException($"{Values.Kind(value)} has no JSON form"),
                });
                break;
        }
    }

    private static void WriteAll(StringBuilder to, char open, char close, int count, int? indent, int depth, TemplateBudget budget, Action<int> write)
    {
        budget.Write(to, open.ToString());
        for (var at = 0; at < count; at++)
        {
            budget.Write(to, (at > 0 ? indent is null ? ", " : "," : "") + NewLine(indent, depth + 1));
            write(at);
        }

        budget.Write(to, (count > 0 ? NewLine(indent, depth) : "") + close);
    }

    private static string NewLine(int? indent, int depth) => indent is { } width ? "\n" + new string(' ', Math.Min(width * depth, 1_000)) : "";

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                '\b' => "\\b",
                '\f' => "\\f",
                < ' ' => "\\u" + ((int)letter).ToString("x4", CultureInfo.InvariantCulture),
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
