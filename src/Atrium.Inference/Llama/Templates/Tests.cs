using System.Collections.Frozen;

namespace Atrium.Inference.Llama.Templates;

/// <summary>Says yes or no to a value.</summary>
internal delegate bool Test(object? value, object? argument, Scope scope);

/// <summary>The tests after "is".</summary>
internal static class Tests
{
    private static readonly FrozenSet<string> WithArgument =
        FrozenSet.Create(StringComparer.Ordinal, "equalto", "eq", "==", "ne", "!=", "in", "sameas", "divisibleby", "lt", "lessthan", "<", "gt", "greaterthan", ">", "le", "<=", "ge", ">=");

    private static readonly FrozenDictionary<string, Test> All = new Dictionary<string, Test>
    {
        ["defined"] = (value, _, _) => value is not Undefined,
        ["undefined"] = (value, _, _) => value is Undefined,
        ["none"] = (value, _, _) => value is null,
        ["string"] = (value, _, _) => value is string,
        ["number"] = (value, _, _) => Values.AsNumber(value) is not null,
        ["integer"] = (value, _, _) => value is long,
        ["float"] = (value, _, _) => value is double,
        ["boolean"] = (value, _, _) => value is bool,
        ["true"] = (value, _, _) => value is true,
        ["false"] = (value, _, _) => value is false,
        ["mapping"] = (value, _, _) => value is Map,
        ["sequence"] = (value, _, _) => value is string or IReadOnlyList<object?> or Map,
        ["iterable"] = (value, _, _) => value is string or IReadOnlyList<object?> or Map,
        ["callable"] = (value, _, _) => value is Callable,
        ["even"] = (value, _, _) => Values.Whole(value, "what is even") % 2 == 0,
        ["odd"] = (value, _, _) => Values.Whole(value, "what is odd") % 2 != 0,
        ["lower"] = (value, _, _) => value is string text && text.Any(char.IsLetter) && !text.Any(char.IsUpper),
        ["upper"] = (value, _, _) => value is string text && text.Any(char.IsLetter) && !text.Any(char.IsLower),
        ["divisibleby"] = (value, by, _) => Values.Whole(by, "the divisor") is var divisor and not 0 && Values.Whole(value, "what is divided") % divisor == 0,
        ["sameas"] = (value, other, scope) => (value is bool) == (other is bool) && Values.Same(value, other, scope.Budget),
        ["in"] = (value, container, scope) => Values.Contains(container, value, scope.Budget),
        ["equalto"] = Equal,
        ["eq"] = Equal,
        ["=="] = Equal,
        ["ne"] = (value, other, scope) => !Equal(value, other, scope),
        ["!="] = (value, other, scope) => !Equal(value, other, scope),
        ["lt"] = (value, other, _) => Values.Order(value, other) < 0,
        ["lessthan"] = (value, other, _) => Values.Order(value, other) < 0,
        ["<"] = (value, other, _) => Values.Order(value, other) < 0,
        ["gt"] = (value, other, _) => Values.Order(value, other) > 0,
        ["greaterthan"] = (value, other, _) => Values.Order(value, other) > 0,
        [">"] = (value, other, _) => Values.Order(value, other) > 0,
        ["le"] = (value, other, _) => Values.Order(value, other) <= 0,
        ["<="] = (value, other, _) => Values.Order(value, other) <= 0,
        ["ge"] = (value, other, _) => Values.Order(value, other) >= 0,
        [">="] = (value, other, _) => Values.Order(value, other) >= 0,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static Test? Find(string name) => All.GetValueOrDefault(name);

    public static bool TakesArgument(string name) => WithArgument.Contains(name);

    private static bool Equal(object? value, object? other, Scope scope) => Values.Same(value, other, scope.Budget);
}
