using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>
/// The <c>filter</c> of a list of the speech service (OData): <c>eq ne gt ge lt le</c> on some properties, joined by <c>and</c>, <c>or</c>, <c>not</c> and parentheses.
/// Times are compared as times, everything else as text without case. Pure.
/// </summary>
internal sealed partial class EntityFilter
{
    private const int MaxLength = 2048;
    private const int MaxDepth = 32;
    private static readonly FrozenSet<string> Times = FrozenSet.Create(StringComparer.Ordinal, "createdDateTime", "lastActionDateTime");

    private readonly FrozenSet<string> properties;
    private readonly List<string> tokens;
    private readonly Func<JsonObject, bool> test;
    private int next;
    private int depth;

    private EntityFilter(string text, FrozenSet<string> properties)
    {
        this.properties = properties;
        tokens = [.. Token().Matches(text).Select(match => match.Value)];
        test = ReadOr();
        if (next < tokens.Count)
        {
            throw Wrong();
        }
    }

    /// <param name="text">As it was sent; null or empty for none.</param>
    /// <param name="properties">What may be asked about.</param>
    /// <exception cref="ApiException">400: it cannot be read.</exception>
    public static Func<JsonObject, bool> Read(string? text, params string[] properties)
    {
        // Some clients escape what is escaped already.
        var plain = text is not null && text.Contains("%20", StringComparison.Ordinal) ? Uri.UnescapeDataString(text) : text;
        return string.IsNullOrWhiteSpace(plain) ? _ => true
            : plain.Length > MaxLength ? throw ApiException.Invalid("filter", $"'filter' may have {MaxLength} characters; it has {plain.Length}.")
            : new EntityFilter(plain, properties.ToFrozenSet(StringComparer.Ordinal)).test;
    }

    private Func<JsonObject, bool> ReadOr()
    {
        var left = ReadAnd();
        while (Take("or"))
        {
            var (first, second) = (left, ReadAnd());
            left = item => first(item) || second(item);
        }

        return left;
    }

    private Func<JsonObject, bool> ReadAnd()
    {
        var left = ReadNot();
        while (Take("and"))
        {
            var (first, second) = (left, ReadNot());
            left = item => first(item) && second(item);
        }

        return left;
    }

    private Func<JsonObject, bool> ReadNot()
    {
        if (++depth > MaxDepth)
        {
            throw ApiException.Invalid("filter", $"'filter' is nested more than {MaxDepth} deep.");
        }

        Func<JsonObject, bool> read;
        if (Take("not"))
        {
            var inner = ReadNot();
            read = item => !inner(item);
        }
        else if (Take("("))
        {
            read = ReadOr();
            if (!Take(")"))
            {
                throw Wrong();
            }
        }
        else
        {
            read = ReadComparison();
        }

        depth--;
        return read;
    }

    private Func<JsonObject, bool> ReadComparison()
    {
        if (next + 3 > tokens.Count || !properties.Contains(tokens[next]))
        {
            throw Wrong();
        }

        var (name, operation, value) = (tokens[next], tokens[next + 1], tokens[next + 2]);
        next += 3;
        Func<int, bool> fits = operation switch
        {
            "eq" => order => order == 0,
            "ne" => order => order != 0,
            "gt" => order => order > 0,
            "ge" => order => order >= 0,
            "lt" => order => order < 0,
            "le" => order => order <= 0,
            _ => throw Wrong(),
        };
        if (Times.Contains(name))
        {
            return DateTimeOffset.TryParse(value.Trim('\''), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? item => item[name] is { } found && fits(found.GetValue<DateTimeOffset>().CompareTo(time))
                : throw ApiException.Invalid("filter", $"'{value}' in 'filter' is no time such as 2026-01-31T12:00:00Z.");
        }

        if (value is not ['\'', .., '\''])
        {
            throw Wrong();
        }

        var wanted = value[1..^1].Replace("''", "'", StringComparison.Ordinal);
        return item => fits(string.Compare((string?)item[name] ?? "", wanted, StringComparison.OrdinalIgnoreCase));
    }

    private bool Take(string word)
    {
        if (next < tokens.Count && tokens[next] == word)
        {
            next++;
            return true;
        }

        return false;
    }

    private ApiException Wrong() => ApiException.Invalid(
        "filter",
        next < tokens.Count
            ? $"'filter' cannot be read from '{tokens[next]}' on. It compares {string.Join(", ", properties.Order())} by eq, ne, gt, ge, lt, le, such as: status eq 'Failed' and createdDateTime gt 2026-01-31T12:00:00Z."
            : "'filter' ends too early.");

    [GeneratedRegex(@"'(?:[^']|'')*'|[()]|[^\s()']+")]
    private static partial Regex Token();
}
