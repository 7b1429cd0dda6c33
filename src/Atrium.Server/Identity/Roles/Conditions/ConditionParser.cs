using System.Collections.Immutable;

namespace Atrium.Server.Identity.Roles.Conditions;

/// <summary>Reads a condition. NOT binds more than AND, AND more than OR. Pure.</summary>
internal sealed class ConditionParser(string text)
{
    private const int MostDepth = 32;
    private const int MostNodes = 500;
    private const string Quantified = "For";
    private static readonly string[] Suffixes = ["<$key_case_sensitive$>"];
    private readonly List<ConditionAttribute> attributes = [];
    private readonly List<string> subOperations = [];
    private int at;
    private int nodes;

    /// <summary>Those that were read.</summary>
    public IReadOnlyList<ConditionAttribute> Attributes => attributes;

    /// <summary>Those that were read.</summary>
    public IReadOnlyList<string> SubOperations => subOperations;

    public ConditionNode Parse()
    {
        var root = Any(0);
        Skip();
        return at == text.Length ? root : throw Bad($"'{Rest()}' is not expected");
    }

    private ConditionNode Any(int depth)
    {
        var left = All(depth);
        while (Takes("||") || TakesWord("OR"))
        {
            left = Count(new ConditionNode.Or(left, All(depth)));
        }

        return left;
    }

    private ConditionNode All(int depth)
    {
        var left = One(depth);
        while (Takes("&&") || TakesWord("AND"))
        {
            left = Count(new ConditionNode.And(left, One(depth)));
        }

        return left;
    }

    private ConditionNode One(int depth)
    {
        if (depth > MostDepth)
        {
            throw Bad($"brackets and NOT are nested more than {MostDepth} deep");
        }

        if (Takes("!") || TakesWord("NOT"))
        {
            return Count(new ConditionNode.Not(One(depth + 1)));
        }

        if (Takes("("))
        {
            var inner = Any(depth + 1);
            Demand(")");
            return inner;
        }

        Skip();
        return at < text.Length && text[at] == '@' ? Comparison() : Function();
    }

    private ConditionNode Function()
    {
        var name = Word();
        switch (name.ToUpperInvariant())
        {
            case "ACTIONMATCHES":
                return Matches(value => new ConditionNode.ActionMatches(new(value)));
            case "SUBOPERATIONMATCHES":
                return Matches(value =>
                {
                    subOperations.Add(value);
                    return new ConditionNode.SubOperationMatches(value);
                });
            case "EXISTS":
                return Count(new ConditionNode.Exists(Attribute()));
            case "NOTEXISTS":
                return Count(new ConditionNode.Not(Count(new ConditionNode.Exists(Attribute()))));
            default:
                throw Bad(name.Length == 0 ? "'(', NOT, ActionMatches, SubOperationMatches, Exists or an attribute is missing" : $"'{name}' is not known");
        }
    }

    /// <summary>Any of the values.</summary>
    private ConditionNode Matches(Func<string, ConditionNode> one) => Values(isSet: true).Select(value => Count(one(value))).Aggregate((left, right) => Count(new ConditionNode.Or(left, right)));

    private ConditionNode.Comparison Comparison()
    {
        var left = Attribute();
        var name = Word();
        var quantifier = ConditionQuantifier.AnyOfAny;
        if (name.StartsWith(Quantified, StringComparison.OrdinalIgnoreCase) && Takes(":"))
        {
            quantifier = name.ToUpperInvariant() switch
            {
                "FORANYOFANYVALUES" => ConditionQuantifier.AnyOfAny,
                "FORALLOFANYVALUES" => ConditionQuantifier.AllOfAny,
                "FORANYOFALLVALUES" => ConditionQuantifier.AnyOfAll,
                "FORALLOFALLVALUES" => ConditionQuantifier.AllOfAll,
                _ => throw Bad($"'{name}' is none of ForAnyOfAnyValues, ForAllOfAnyValues, ForAnyOfAllValues, ForAllOfAllValues"),
            };
            name = Word();
        }

        var matches = ConditionOperators.Find(name) ?? throw Bad($"'{name}' is no operator; known are {string.Join(", ", ConditionOperators.Names)}");
        Skip();
        var comparison = at < text.Length && text[at] == '@'
            ? new ConditionNode.Comparison(left, quantifier, matches, Attribute(), [])
            : new ConditionNode.Comparison(left, quantifier, matches, null, Values(isSet: false));
        Count(comparison);
        return comparison;
    }

    private ConditionAttribute Attribute()
    {
        Demand("@");
        var word = Word();
        if (!Enum.TryParse<ConditionSource>(word, ignoreCase: true, out var source))
        {
            throw Bad($"'@{word}' is none of @Resource, @Request, @Principal, @Environment");
        }

        Demand("[");
        var end = text.IndexOf(']', at);
        if (end < 0)
        {
            throw Bad("a ']' is missing");
        }

        var name = text[at..end].Trim();
        at = end + 1;
        foreach (var suffix in Suffixes)
        {
            name = name.EndsWith(suffix, StringComparison.Ordinal) ? name[..^suffix.Length] : name;
        }

        var attribute = name.Length > 0 ? new ConditionAttribute(source, name) : throw Bad("the attribute has no name");
        attributes.Add(attribute);
        return attribute;
    }

    /// <summary>One value, or several in braces.</summary>
    private ImmutableArray<string> Values(bool isSet)
    {
        if (!Takes("{"))
        {
            return isSet ? throw Bad("a '{' is missing") : [Value()];
        }

        var values = ImmutableArray.CreateBuilder<string>();
        do
        {
            values.Add(Value());
        }
        while (Takes(","));
        Demand("}");
        return values.ToImmutable();
    }

    private string Value()
    {
        Skip();
        if (at < text.Length && text[at] == '\'')
        {
            var end = text.IndexOf('\'', at + 1);
            if (end < 0)
            {
                throw Bad("a quote is not closed");
            }

            var quoted = text[(at + 1)..end];
            at = end + 1;
            return quoted;
        }

        var from = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '-' or '.' or ':' or '+'))
        {
            at++;
        }

        return at > from ? text[from..at] : throw Bad("a value is missing");
    }

    private string Word()
    {
        Skip();
        var from = at;
        while (at < text.Length && char.IsAsciiLetter(text[at]))
        {
            at++;
        }

        return text[from..at];
    }

    private bool TakesWord(string word)
    {
        var before = at;
        if (Word().Equals(word, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        at = before;
        return false;
    }

    private bool Takes(string sign)
    {
        Skip();
        if (!text.AsSpan(at).StartsWith(sign))
        {
            return false;
        }

        at += sign.Length;
        return true;
    }

    private void Demand(string sign)
    {
        if (!Takes(sign))
        {
            throw Bad($"'{sign}' is missing");
        }
    }

    private void Skip()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at]))
        {
            at++;
        }
    }

    private ConditionNode Count(ConditionNode node) => ++nodes <= MostNodes ? node : throw Bad($"it has more than {MostNodes} parts");

    private string Rest()
    {
        const int shown = 20;
        return text[at..Math.Min(text.Length, at + shown)];
    }

    private ConditionException Bad(string why) => new($"At character {at + 1}: {why}.");
}
