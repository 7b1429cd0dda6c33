using System.Globalization;
using System.Text;

namespace Atrium.Inference.Llama.Templates;

/// <summary>The functions that a chat template finds.</summary>
internal static class Functions
{
    /// <summary>Names them in a scope.</summary>
    public static void AddTo(Scope scope, TimeProvider clock)
    {
        scope.Set("raise_exception", (Callable)((inner, arguments) =>
            throw new TemplateRefusedException(Values.Text(arguments.Get(0, "message", "no reason given"), inner.Budget))));
        scope.Set("namespace", (Callable)((_, arguments) => NewNamespace(arguments)));
        scope.Set("dict", (Callable)((_, arguments) => Fill(new Map(), arguments)));
        scope.Set("range", (Callable)((inner, arguments) => Range(inner, arguments)));
        scope.Set("strftime_now", (Callable)((_, arguments) =>
            Time(clock.GetLocalNow(), Values.String(arguments.Get(0, "format"), "the format of 'strftime_now'"))));
    }

    private static Namespace NewNamespace(Arguments arguments)
    {
        var space = new Namespace();
        if (arguments.Get(0, "") is Map first)
        {
            foreach (var (name, value) in first)
            {
                space[name] = value;
            }
        }

        return (Namespace)Fill(space, arguments);
    }

    private static Map Fill(Map map, Arguments arguments)
    {
        foreach (var (name, value) in arguments.Names)
        {
            map[name] = value;
        }

        return map;
    }

    private static List<object?> Range(Scope scope, Arguments arguments)
    {
        var numbers = arguments.Places.Select(place => Values.Whole(place, "an argument of 'range'")).ToArray();
        var (from, to, step) = numbers switch
        {
            [var end] => (0, end, 1),
            [var start, var end] => (start, end, 1),
            [var start, var end, var by and not 0] => (start, end, by),
            _ => throw new TemplateException("'range' needs one to three whole numbers, the third not 0"),
        };
        var list = new List<object?>();
        for (long at = from; step > 0 ? at < to : at > to; at += step)
        {
            scope.Budget.Spend();
            list.Add(at);
        }

        return list;
    }

    private static string Time(DateTimeOffset now, string format)
    {
        var text = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            if (format[at] != '%' || at + 1 == format.Length)
            {
                text.Append(format[at]);
                continue;
            }

            text.Append(format[++at] switch
            {
                'd' => now.ToString("dd", CultureInfo.InvariantCulture),
                'm' => now.ToString("MM", CultureInfo.InvariantCulture),
                'y' => now.ToString("yy", CultureInfo.InvariantCulture),
                'Y' => now.ToString("yyyy", CultureInfo.InvariantCulture),
                'b' => now.ToString("MMM", CultureInfo.InvariantCulture),
                'B' => now.ToString("MMMM", CultureInfo.InvariantCulture),
                'a' => now.ToString("ddd", CultureInfo.InvariantCulture),
                'A' => now.ToString("dddd", CultureInfo.InvariantCulture),
                'H' => now.ToString("HH", CultureInfo.InvariantCulture),
                'I' => now.ToString("hh", CultureInfo.InvariantCulture),
                'M' => now.ToString("mm", CultureInfo.InvariantCulture),
                'S' => now.ToString("ss", CultureInfo.InvariantCulture),
                'p' => now.ToString("tt", CultureInfo.InvariantCulture),
                'j' => now.DayOfYear.ToString("D3", CultureInfo.InvariantCulture),
                '%' => "%",
                var other => throw new TemplateException($"'%{other}' in the format of 'strftime_now' is not supported"),
            });
        }

        return text.ToString();
    }
}
