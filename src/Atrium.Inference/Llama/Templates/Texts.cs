namespace Atrium.Inference.Llama.Templates;

/// <summary>What filters and methods do with text, as in Python.</summary>
internal static class Texts
{
    public static string Trim(string text, string? letters, bool start, bool end)
    {
        var set = letters?.ToCharArray();
        text = start ? text.TrimStart(set) : text;
        return end ? text.TrimEnd(set) : text;
    }

    public static string Capitalize(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..].ToLowerInvariant();

    /// <summary>Arguments old, new and how often at most.</summary>
    public static string Replace(string text, Arguments arguments, Scope scope)
    {
        var old = Values.String(arguments.Get(0, "old"), "what 'replace' looks for");
        var with = Values.String(arguments.Get(1, "new"), "what 'replace' puts in");
        var most = arguments.Get(2, "count") is long count and >= 0 ? count : long.MaxValue;
        if (old.Length == 0)
        {
            return text;
        }

        var replaced = new System.Text.StringBuilder();
        var at = 0;
        for (int found; most > 0 && (found = text.IndexOf(old, at, StringComparison.Ordinal)) >= 0; most--)
        {
            scope.Budget.Write(replaced, text[at..found] + with);
            at = found + old.Length;
        }

        scope.Budget.Write(replaced, text[at..]);
        return replaced.ToString();
    }

    /// <summary>Arguments width (or a text), whether also the first line, whether also blank lines.</summary>
    public static string Indent(string text, Arguments arguments, Scope scope)
    {
        var indent = arguments.Get(0, "width", 4L) switch
        {
            string given => given,
            long width => new string(' ', (int)Math.Clamp(width, 0, 100)),
            _ => throw new TemplateException("the width of 'indent' must be a number or a text"),
        };
        var first = Values.IsTrue(arguments.Get(1, "first", false));
        var blank = Values.IsTrue(arguments.Get(2, "blank", false));
        var lines = text.Split('\n');
        scope.Budget.Spend(lines.Length * (1L + (indent.Length / 16)));
        return scope.Budget.Check(string.Join('\n', lines.Select((line, at) => (at == 0 ? first : blank || line.Length > 0) ? indent + line : line)));
    }

    /// <summary>The parts between separators; without one, between runs of white space.</summary>
    public static List<object?> Split(string text, object? separator, long most, bool fromEnd)
    {
        var count = most < 0 ? int.MaxValue : (int)Math.Min(most + 1, int.MaxValue);
        if (separator is null)
        {
            return most < 0
                ? [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)]
                : throw new TemplateException("'split' with a limit needs a separator");
        }

        var by = Values.String(separator, "the separator of 'split'");
        if (by.Length == 0)
        {
            throw new TemplateException("the separator of 'split' is empty");
        }

        if (!fromEnd)
        {
            return [.. text.Split(by, count)];
        }

        var all = text.Split(by);
        return all.Length <= count ? [.. all] : [string.Join(by, all[..^(count - 1)]), .. all[^(count - 1)..]];
    }
}
