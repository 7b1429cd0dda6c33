using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Server.Hosting;

namespace Atrium.Server.Resources;

/// <summary>
/// The <c>$filter</c> of a list: <c>eq</c> and <c>ne</c>, <c>substringof</c> and <c>startswith</c>, joined by <c>and</c>, <c>or</c>, <c>not</c> and parentheses.
/// What is said of tags must all be true of one tag. Compares without case. Pure.
/// </summary>
internal sealed partial class ResourceFilter
{
    private const int MaxLength = 2048;
    private const int MaxDepth = 32;

    private static readonly Dictionary<string, Func<Subject, string?>> Fields = new(StringComparer.OrdinalIgnoreCase)
    {
        ["name"] = s => s.Id.Name,
        ["resourceType"] = s => s.Id.Type,
        ["resourceGroup"] = s => s.Id.ResourceGroup?.Name,
        ["location"] = s => (string?)s.Body["location"],
        ["kind"] = s => (string?)s.Body["kind"],
        ["identity/principalId"] = s => (string?)s.Body["identity"]?["principalId"],
        ["tagName"] = s => s.Tag.Key,
        ["tagValue"] = s => s.Tag.Value,
    };

    private readonly string text;
    private readonly List<Match> tokens;
    private readonly Func<Subject, bool> test;
    private int next;
    private int depth;

    private ResourceFilter(string text)
    {
        this.text = text;
        tokens = [.. Token().Matches(text).Cast<Match>()];
        test = ReadOr();
        if (next < tokens.Count)
        {
            throw Wrong();
        }
    }

    /// <exception cref="ApiException">400: it cannot be read.</exception>
    public static ResourceFilter? Read(string? text) => text switch
    {
        null or "" => null,
        { Length: > MaxLength } => throw ApiException.Invalid("$filter", $"'$filter' may have {MaxLength} characters; it has {text.Length}."),
        _ => new(text),
    };

    public bool Fits(Resource resource)
    {
        var tags = resource.Body["tags"] is JsonObject { Count: > 0 } some ? some.Select(t => KeyValuePair.Create(t.Key, (string?)t.Value)) : [default];
        return tags.Any(tag => test(new(resource.Id, resource.Body, tag)));
    }

    private Func<Subject, bool> ReadOr()
    {
        var left = ReadAnd();
        while (Takes("or"))
        {
            var (first, second) = (left, ReadAnd());
            left = s => first(s) || second(s);
        }

        return left;
    }

    private Func<Subject, bool> ReadAnd()
    {
        var left = ReadOne();
        while (Takes("and"))
        {
            var (first, second) = (left, ReadOne());
            left = s => first(s) && second(s);
        }

        return left;
    }

    private Func<Subject, bool> ReadOne()
    {
        if (++depth > MaxDepth)
        {
            throw Wrong();
        }

        var one = Takes("not") ? Not(ReadOne()) : Takes("(") ? Closed(ReadOr()) : ReadComparison();
        depth--;
        return one;
    }

    private Func<Subject, bool> ReadComparison()
    {
        if (Takes("substringof"))
        {
            Demand("(");
            var (part, _, field) = (ReadText(), Demand(","), ReadField());
            return Closed(s => field(s)?.Contains(part, StringComparison.OrdinalIgnoreCase) is true);
        }

        if (Takes("startswith"))
        {
            Demand("(");
            var (field, _, start) = (ReadField(), Demand(","), ReadText());
            return Closed(s => field(s)?.StartsWith(start, StringComparison.OrdinalIgnoreCase) is true);
        }

        var left = ReadField();
        var isEqual = Takes("eq") || (Takes("ne") ? false : throw Wrong());
        var right = ReadText();
        return s => string.Equals(left(s), right, StringComparison.OrdinalIgnoreCase) == isEqual;
    }

    private Func<Subject, string?> ReadField()
    {
        var field = next < tokens.Count ? Fields.GetValueOrDefault(tokens[next].Value) : null;
        next += field is null ? 0 : 1;
        return field ?? throw Wrong();
    }

    private string ReadText() => next < tokens.Count && tokens[next] is { Length: > 1, Value: ['\'', ..] }
        ? tokens[next++].Value[1..^1].Replace("''", "'", StringComparison.Ordinal)
        : throw Wrong();

    private Func<Subject, bool> Closed(Func<Subject, bool> inner) => Demand(")") ? inner : throw Wrong();

    private static Func<Subject, bool> Not(Func<Subject, bool> inner) => s => !inner(s);

    private bool Demand(string token) => Takes(token) ? true : throw Wrong();

    private bool Takes(string token)
    {
        var isNext = next < tokens.Count && tokens[next].Value.Equals(token, StringComparison.OrdinalIgnoreCase);
        next += isNext ? 1 : 0;
        return isNext;
    }

    private ApiException Wrong()
    {
        var at = next < tokens.Count ? tokens[next].Index : text.Length;
        return ApiException.Invalid(
            "$filter",
            $"'$filter' cannot be read at character {at + 1}. It may be such as \"tagName eq 'team' and tagValue eq 'blue'\" or \"substringof('app', name)\", with {string.Join(", ", Fields.Keys)}.");
    }

    /// <summary>One resource with one of its tags.</summary>
    private readonly record struct Subject(ResourceId Id, JsonObject Body, KeyValuePair<string, string?> Tag);

    /// <summary>What is no text and no word is a token by itself, so that nothing is passed over.</summary>
    [GeneratedRegex(@"'(?:[^']|'')*'|[A-Za-z/]+|\S")]
    private static partial Regex Token();
}
