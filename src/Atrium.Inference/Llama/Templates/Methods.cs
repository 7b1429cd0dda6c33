namespace Atrium.Inference.Llama.Templates;

/// <summary>The methods of texts and mappings that chat templates call.</summary>
internal static class Methods
{
    public static Callable? Find(object? value, string name) => value switch
    {
        string text => OfText(text, name) is { } method ? Costing(text, method) : null,
        Map map and not Namespace => OfMap(map, name) is { } method ? Costing(map, method) : null,
        _ => null,
    };

    /// <summary>The key and value pairs of a mapping.</summary>
    public static List<object?> Items(object? value) => value is Map map
        ? [.. map.Select(pair => (object?)new List<object?> { pair.Key, pair.Value })]
        : throw new TemplateException($"{Values.Kind(value)} has no items");

    private static Callable Costing(object value, Callable method) => (scope, arguments) =>
    {
        scope.Budget.Spend(Values.Size(value));
        return method(scope, arguments);
    };

    private static Callable? OfText(string text, string name) => name switch
    {
        "strip" => (_, arguments) => Texts.Trim(text, arguments.Get(0, "chars") as string, true, true),
        "lstrip" => (_, arguments) => Texts.Trim(text, arguments.Get(0, "chars") as string, true, false),
        "rstrip" => (_, arguments) => Texts.Trim(text, arguments.Get(0, "chars") as string, false, true),
        "upper" => (_, _) => text.ToUpperInvariant(),
        "lower" => (_, _) => text.ToLowerInvariant(),
        "capitalize" => (_, _) => Texts.Capitalize(text),
        "title" => (scope, arguments) => Filters.Find("title")!(text, arguments, scope),
        "startswith" => (scope, arguments) => Any(arguments, scope, part => text.StartsWith(part, StringComparison.Ordinal)),
        "endswith" => (scope, arguments) => Any(arguments, scope, part => text.EndsWith(part, StringComparison.Ordinal)),
        "split" => (_, arguments) => Texts.Split(text, arguments.Get(0, "sep"), arguments.Get(1, "maxsplit") as long? ?? -1, false),
        "rsplit" => (_, arguments) => Texts.Split(text, arguments.Get(0, "sep"), arguments.Get(1, "maxsplit") as long? ?? -1, true),
        "splitlines" => (_, _) => text.Length == 0 ? new List<object?>() : [.. (text.EndsWith('\n') ? text[..^1] : text).Split('\n')],
        "replace" => (scope, arguments) => Texts.Replace(text, arguments, scope),
        "find" => (_, arguments) => (long)text.IndexOf(Values.String(arguments.Get(0, "sub"), "what 'find' looks for"), StringComparison.Ordinal),
        "count" => (_, arguments) => Values.String(arguments.Get(0, "sub"), "what 'count' counts") is { Length: > 0 } part ? text.Split(part).Length - 1L : text.Length + 1L,
        "join" => (scope, arguments) => Filters.Find("join")!(arguments.Get(0, "iterable"), new([text], Arguments.None.Names), scope),
        "isdigit" => (_, _) => text.Length > 0 && text.All(char.IsDigit),
        _ => null,
    };

    private static Callable? OfMap(Map map, string name) => name switch
    {
        "items" => (_, _) => Items(map),
        "keys" => (_, _) => map.Keys.ToList<object?>(),
        "values" => (_, _) => map.Values.ToList(),
        "get" => (_, arguments) => arguments.Get(0, "key") is { } key && map.TryGetValue(key, out var value) ? value : arguments.Get(1, "default"),
        _ => null,
    };

    private static bool Any(Arguments arguments, Scope scope, Predicate<string> holds) => arguments.Get(0, "prefix") switch
    {
        string part => holds(part),
        IReadOnlyList<object?> parts => parts.Any(part => holds(Values.String(part, "a beginning or end"))),
        _ => throw new TemplateException("'startswith' and 'endswith' need a text"),
    };
}
