using System.Collections.Frozen;
using System.Globalization;

namespace Atrium.Inference.Llama.Templates;

/// <summary>Makes a value of a value.</summary>
internal delegate object? Filter(object? value, Arguments arguments, Scope scope);

/// <summary>The filters that chat templates use.</summary>
internal static class Filters
{
    private static readonly FrozenDictionary<string, Filter> All = new Dictionary<string, Filter>
    {
        ["trim"] = (value, arguments, _) => Texts.Trim(Text(value), arguments.Get(0, "chars") as string, true, true),
        ["upper"] = (value, _, _) => Text(value).ToUpperInvariant(),
        ["lower"] = (value, _, _) => Text(value).ToLowerInvariant(),
        ["capitalize"] = (value, _, _) => Texts.Capitalize(Text(value)),
        ["title"] = (value, _, _) => CultureInfo.InvariantCulture.TextInfo.ToTitleCase(Text(value).ToLowerInvariant()),
        ["replace"] = (value, arguments, scope) => Texts.Replace(Text(value), arguments, scope),
        ["indent"] = (value, arguments, scope) => Texts.Indent(Text(value), arguments, scope),
        ["string"] = (value, _, scope) => Values.Text(value, scope.Budget),
        ["safe"] = (value, _, _) => value,
        ["e"] = (value, _, scope) => Escape(Values.Text(value, scope.Budget)),
        ["escape"] = (value, _, scope) => Escape(Values.Text(value, scope.Budget)),
        ["tojson"] = (value, arguments, scope) => Json.Write(value, arguments.Get(0, "indent") is long indent ? (int)Math.Clamp(indent, 0, 16) : null, scope.Budget),
        ["length"] = (value, _, _) => Length(value),
        ["count"] = (value, _, _) => Length(value),
        ["default"] = Default,
        ["d"] = Default,
        ["join"] = Join,
        ["first"] = (value, _, scope) => Values.Elements(value, scope) is { Count: > 0 } list ? list[0] : new Undefined("the first of an empty list"),
        ["last"] = (value, _, scope) => Values.Elements(value, scope) is { Count: > 0 } list ? list[^1] : new Undefined("the last of an empty list"),
        ["list"] = (value, _, scope) => Values.Elements(value, scope).ToList(),
        ["reverse"] = (value, _, scope) => value is string ? string.Concat(Values.Elements(value, scope).Reverse()) : Values.Elements(value, scope).Reverse().ToList(),
        ["items"] = (value, _, _) => value is Undefined ? new List<object?>() : Methods.Items(value),
        ["dictsort"] = (value, _, _) => Methods.Items(value).OrderBy(pair => ((List<object?>)pair!)[0] is var key && key is string text ? text.ToLowerInvariant() : key, Comparer<object?>.Create(Values.Order)).ToList(),
        ["sort"] = Sort,
        ["unique"] = Unique,
        ["map"] = MapEach,
        ["select"] = (value, arguments, scope) => Select(value, arguments, scope, null, true),
        ["reject"] = (value, arguments, scope) => Select(value, arguments, scope, null, false),
        ["selectattr"] = (value, arguments, scope) => Select(value, arguments, scope, Attribute(arguments), true),
        ["rejectattr"] = (value, arguments, scope) => Select(value, arguments, scope, Attribute(arguments), false),
        ["int"] = (value, arguments, _) => ToWhole(value) ?? arguments.Get(0, "default", 0L),
        ["float"] = (value, arguments, _) => ToFloating(value) ?? arguments.Get(0, "default", 0.0),
        ["abs"] = (value, _, _) => value is long whole ? (object)Math.Abs(Math.Max(whole, -long.MaxValue)) : Math.Abs(Values.AsNumber(value) ?? throw new TemplateException("'abs' needs a number")),
        ["round"] = (value, arguments, _) => Math.Round(
            Values.AsNumber(value) ?? throw new TemplateException("'round' needs a number"), (int)Math.Clamp(arguments.Get(0, "precision") as long? ?? 0, 0, 15), MidpointRounding.ToEven),
        ["min"] = (value, _, scope) => Values.Elements(value, scope) is { Count: > 0 } list ? list.Aggregate((a, b) => Values.Order(b, a) < 0 ? b : a) : new Undefined("the least of an empty list"),
        ["max"] = (value, _, scope) => Values.Elements(value, scope) is { Count: > 0 } list ? list.Aggregate((a, b) => Values.Order(b, a) > 0 ? b : a) : new Undefined("the most of an empty list"),
        ["sum"] = (value, arguments, scope) => Values.Elements(value, scope).Aggregate(arguments.Get(1, "start", 0L), (a, b) => Operators.Apply("+", a, b, scope.Budget)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static Filter? Find(string name) => All.GetValueOrDefault(name);

    private static string Text(object? value) => value is Undefined ? "" : Values.String(value, "what is filtered");

    private static long Length(object? value) => value switch
    {
        string text => text.EnumerateRunes().Count(),
        IReadOnlyList<object?> list => list.Count,
        Map map => map.Count,
        Undefined => 0,
        _ => throw new TemplateException($"{Values.Kind(value)} has no length"),
    };

    private static object? Default(object? value, Arguments arguments, Scope scope) =>
        value is Undefined || (Values.IsTrue(arguments.Get(1, "boolean", false)) && !Values.IsTrue(value)) ? arguments.Get(0, "default_value", "") : value;

    private static string Join(object? value, Arguments arguments, Scope scope)
    {
        var separator = Values.Text(arguments.Get(0, "d", ""), scope.Budget);
        var attribute = arguments.Get(1, "attribute") as string;
        var joined = new System.Text.StringBuilder();
        foreach (var element in Values.Elements(value, scope))
        {
            scope.Budget.Write(joined, joined.Length == 0 ? "" : separator);
            scope.Budget.Write(joined, Values.Text(attribute is null ? element : Get(element, attribute), scope.Budget));
        }

        return joined.ToString();
    }

    private static List<object?> Sort(object? value, Arguments arguments, Scope scope)
    {
        var attribute = arguments.Get(2, "attribute") as string;
        var keepCase = Values.IsTrue(arguments.Get(1, "case_sensitive", false));
        object? Key(object? element) => (attribute is null ? element : Get(element, attribute)) is var key && key is string text && !keepCase ? text.ToLowerInvariant() : key;
        var sorted = Values.Elements(value, scope).OrderBy(Key, Comparer<object?>.Create(Values.Order)).ToList();
        if (Values.IsTrue(arguments.Get(0, "reverse", false)))
        {
            sorted.Reverse();
        }

        return sorted;
    }

    private static List<object?> Unique(object? value, Arguments arguments, Scope scope)
    {
        var unique = new List<object?>();
        foreach (var element in Values.Elements(value, scope))
        {
            if (!unique.Exists(other => Values.Same(other, element, scope.Budget)))
            {
                unique.Add(element);
            }
        }

        return unique;
    }

    private static List<object?> MapEach(object? value, Arguments arguments, Scope scope)
    {
        if (arguments.Names.GetValueOrDefault("attribute") is string attribute)
        {
            var otherwise = arguments.Names.GetValueOrDefault("default", new Undefined(attribute));
            return [.. Values.Elements(value, scope).Select(element => Get(element, attribute) is var part and not Undefined ? part : otherwise)];
        }

        var name = Values.String(arguments.Get(0, "filter"), "the filter of 'map'");
        var filter = Find(name) ?? throw new TemplateException($"the filter '{name}' is not supported");
        var rest = arguments with { Places = [.. arguments.Places.Skip(1)] };
        return [.. Values.Elements(value, scope).Select(element => filter(element, rest, scope))];
    }

    private static List<object?> Select(object? value, Arguments arguments, Scope scope, string? attribute, bool wanted)
    {
        var place = attribute is null ? 0 : 1;
        var name = arguments.Get(place, "test") as string;
        var test = name is null ? (each, _, _) => Values.IsTrue(each) : Tests.Find(name) ?? throw new TemplateException($"the test '{name}' is not supported");
        var against = arguments.Get(place + 1, "value");
        return [.. Values.Elements(value, scope).Where(element => test(attribute is null ? element : Get(element, attribute), against, scope) == wanted)];
    }

    private static string Attribute(Arguments arguments) => Values.String(arguments.Get(0, "attribute"), "the name of an attribute");

    /// <summary>A part of an element by its name, or by names with dots between.</summary>
    private static object? Get(object? element, string path)
    {
        foreach (var name in path.Split('.'))
        {
            element = element is Map map && map.TryGetValue(name, out var part) ? part : new Undefined(name);
        }

        return element;
    }

    private static object? ToWhole(object? value) => value switch
    {
        bool flag => flag ? 1L : 0L,
        long => value,
        double number when Math.Abs(number) < 1e18 => (long)number,
        string text when long.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) => number,
        string text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && Math.Abs(number) < 1e18 => (long)number,
        _ => null,
    };

    private static object? ToFloating(object? value) =>
        Values.AsNumber(value) ?? (value is string text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null);

    private static string Escape(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal)
        .Replace("'", "&#39;", StringComparison.Ordinal).Replace("\"", "&#34;", StringComparison.Ordinal);
}
