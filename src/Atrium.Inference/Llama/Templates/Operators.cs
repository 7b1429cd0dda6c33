namespace Atrium.Inference.Llama.Templates;

/// <summary>Arithmetic as in Python, where + also joins texts and lists, and ~ joins anything as text.</summary>
internal static class Operators
{
    public static object? Apply(string sign, object? left, object? right, TemplateBudget budget) => (sign, left, right) switch
    {
        ("~", _, _) => budget.Check(Values.Text(left, budget) + Values.Text(right, budget)),
        ("+", string a, string b) => budget.Check(a + b),
        ("+", IReadOnlyList<object?> a, IReadOnlyList<object?> b) => Join(a, b, budget),
        ("*", string text, long times) => Repeat(text, times, budget),
        ("*", long times, string text) => Repeat(text, times, budget),
        (_, long or bool, long or bool) => Whole(sign, Convert.ToInt64(left, null), Convert.ToInt64(right, null)),
        _ when Values.AsNumber(left) is { } a && Values.AsNumber(right) is { } b => Floating(sign, a, b),
        _ => throw new TemplateException($"'{sign}' does not work between {Values.Kind(left)} and {Values.Kind(right)}"),
    };

    private static object Whole(string sign, long a, long b)
    {
        try
        {
            return sign switch
            {
                "+" => checked(a + b),
                "-" => checked(a - b),
                "*" => checked(a * b),
                "/" => Floating(sign, a, b),
                "//" when b != 0 => (long)Math.Floor((decimal)a / b),
                "%" when b != 0 => (long)((decimal)a - (Math.Floor((decimal)a / b) * b)),
                "**" => Math.Pow(a, b) is var power && Math.Abs(power) < 1e15 && b >= 0 ? (object)(long)power : power,
                _ => throw new TemplateException($"{a} {sign} {b} divides by zero"),
            };
        }
        catch (OverflowException)
        {
            throw new TemplateException($"{a} {sign} {b} is too large");
        }
    }

    private static double Floating(string sign, double a, double b) => sign switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "**" => Math.Pow(a, b),
        _ when b == 0 => throw new TemplateException($"{Values.Number(a)} {sign} 0 divides by zero"),
        "/" => a / b,
        "//" => Math.Floor(a / b),
        _ => a - (Math.Floor(a / b) * b),
    };

    private static List<object?> Join(IReadOnlyList<object?> a, IReadOnlyList<object?> b, TemplateBudget budget)
    {
        budget.Spend(a.Count + b.Count);
        return [.. a, .. b];
    }

    private static string Repeat(string text, long times, TemplateBudget budget)
    {
        if (times <= 0 || text.Length == 0)
        {
            return "";
        }

        budget.Spend(times > int.MaxValue ? int.MaxValue : 1 + (text.Length * times / 16));
        return budget.Check(string.Concat(Enumerable.Repeat(text, (int)times)));
    }
}
