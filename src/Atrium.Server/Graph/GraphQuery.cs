using System.Globalization;
using System.Text.RegularExpressions;
using Atrium.Server.Hosting;

namespace Atrium.Server.Graph;

/// <summary>
/// A query of the resource graph: of its language, the parts that find, sort, choose columns, and count.
/// <c>resources | where type =~ 'a/b' and (name contains 'x' or kind in~ ('hub', 'project')) | project id, name | order by name asc | limit 20</c>. Pure.
/// </summary>
internal sealed partial class GraphQuery
{
    private const int MaxLength = 8192;
    private const int MaxDepth = 32;
    private readonly List<Match> tokens;
    private readonly string text;
    private int next;
    private int depth;

    private GraphQuery(string text)
    {
        this.text = text;
        tokens = [.. Token().Matches(text).Where(m => !string.IsNullOrWhiteSpace(m.Value))];
        Read();
    }

    /// <summary>What <see cref="Fits"/> asks, as text: the same for two queries that mean the same rows.</summary>
    public string Condition { get; private set; } = "";

    /// <summary>Whether a resource is meant. All conditions must hold.</summary>
    public Func<GraphRow, bool> Fits { get; private set; } = _ => true;

    /// <summary>The fields to show; null for whole resources.</summary>
    public IReadOnlyList<string>? Columns { get; private set; }

    /// <summary>Null for the order of the ids.</summary>
    public Comparison<GraphRow>? Order { get; private set; }

    /// <summary>The most there may be; null for all.</summary>
    public int? Limit { get; private set; }

    /// <summary>Only how many there are.</summary>
    public bool Counts { get; private set; }

    /// <exception cref="ApiException">400: it cannot be read, or needs a part of the language that is not built.</exception>
    public static GraphQuery Parse(string text) => text.Length > MaxLength
        ? throw ApiException.Invalid("query", $"'query' may have {MaxLength} characters; it has {text.Length}.")
        : new(text);

    private void Read()
    {
        if (next < tokens.Count && !Peek("where") && !Peek("|"))
        {
            Demand(Take() is var table && table.Equals("resources", StringComparison.OrdinalIgnoreCase), $"the table 'resources'; found '{table}'");
        }

        while (next < tokens.Count)
        {
            Skip("|");
            switch (Take().ToLowerInvariant())
            {
                case "where":
                    var (first, before, condition) = (next, Fits, ReadOr());
                    Fits = row => before(row) && condition(row);
                    Condition += $"| {string.Join(' ', tokens[first..next].Select(token => token.Value))}";
                    break;
                case "project":
                    Columns = ReadColumns();
                    break;
                case "order" or "sort":
                    Skip("by");
                    Order = ReadOrder();
                    break;
                case "limit" or "take":
                    var number = Take();
                    Demand(int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var limit), $"a number behind limit; found '{number}'");
                    Limit = limit;
                    break;
                case "count":
                    Counts = true;
                    break;
                case var other:
                    throw Wrong($"where, project, order by, limit or count; found '{other}'");
            }

            Demand(next == tokens.Count || Peek("|"), next < tokens.Count ? $"'|' before the next part; found '{tokens[next].Value}'" : "");
        }
    }

    private List<string> ReadColumns()
    {
        var columns = new List<string>();
        do
        {
            var name = Take();
            Demand(GraphFields.Find(name) is not null, $"a field ({string.Join(", ", GraphFields.Names)}); found '{name}'");
            columns.Add(name);
        }
        while (TakeIf(","));
        return columns;
    }

    private Comparison<GraphRow> ReadOrder()
    {
        var keys = new List<(Func<GraphRow, string?> Field, int Sign)>();
        do
        {
            var field = ReadField();

            // As published: without a word the largest comes first.
            var sign = TakeIf("asc") ? 1 : -1;
            TakeIf("desc");
            keys.Add((field, sign));
        }
        while (TakeIf(","));
        return (a, b) => keys.Select(k => k.Sign * StringComparer.OrdinalIgnoreCase.Compare(k.Field(a), k.Field(b))).FirstOrDefault(c => c != 0) is var found and not 0
            ? found
            : string.CompareOrdinal(a.Key, b.Key);
    }

    private Func<GraphRow, bool> ReadOr()
    {
        var left = ReadAnd();
        while (TakeIf("or"))
        {
            var (a, b) = (left, ReadAnd());
            left = row => a(row) || b(row);
        }

        return left;
    }

    private Func<GraphRow, bool> ReadAnd()
    {
        var left = ReadOne();
        while (TakeIf("and"))
        {
            var (a, b) = (left, ReadOne());
            left = row => a(row) && b(row);
        }

        return left;
    }

    private Func<GraphRow, bool> ReadOne()
    {
        Demand(++depth <= MaxDepth, $"at most {MaxDepth} conditions within another");
        try
        {
            if (TakeIf("not"))
            {
                var inner = ReadOne();
                return row => !inner(row);
            }

            if (TakeIf("("))
            {
                var inner = ReadOr();
                Skip(")");
                return inner;
            }

            return ReadComparison();
        }
        finally
        {
            depth--;
        }
    }

    private Func<GraphRow, bool> ReadComparison()
    {
        var field = ReadField();
        var word = Take().ToLowerInvariant();
        if (word is "in" or "in~" or "!in" or "!in~")
        {
            var values = ReadList().ToHashSet(word.EndsWith('~') ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);
            var wanted = word[0] != '!';
            return row => values.Contains(field(row) ?? "") == wanted;
        }

        var value = ReadText();
        return word switch
        {
            "==" => row => string.Equals(field(row) ?? "", value, StringComparison.Ordinal),
            "!=" => row => !string.Equals(field(row) ?? "", value, StringComparison.Ordinal),
            "=~" => row => string.Equals(field(row) ?? "", value, StringComparison.OrdinalIgnoreCase),
            "!~" => row => !string.Equals(field(row) ?? "", value, StringComparison.OrdinalIgnoreCase),
            "contains" => row => field(row)?.Contains(value, StringComparison.OrdinalIgnoreCase) == true,
            "!contains" => row => field(row)?.Contains(value, StringComparison.OrdinalIgnoreCase) != true,
            "startswith" => row => field(row)?.StartsWith(value, StringComparison.OrdinalIgnoreCase) == true,
            "endswith" => row => field(row)?.EndsWith(value, StringComparison.OrdinalIgnoreCase) == true,
            _ => throw Wrong($"==, !=, =~, !~, in, in~, !in, !in~, contains, !contains, startswith or endswith; found '{word}'"),
        };
    }

    private Func<GraphRow, string?> ReadField()
    {
        var name = Take();
        if (name.Equals("tolower", StringComparison.OrdinalIgnoreCase))
        {
            Skip("(");
            var inner = ReadField();
            Skip(")");
            return row => inner(row)?.ToLowerInvariant();
        }

        return GraphFields.Find(name) ?? throw Wrong($"a field ({string.Join(", ", GraphFields.Names)}); found '{name}'");
    }

    private List<string> ReadList()
    {
        var values = new List<string>();
        Skip("(");
        do
        {
            values.Add(ReadText());
        }
        while (TakeIf(","));
        Skip(")");
        return values;
    }

    private string ReadText()
    {
        var token = Take();
        Demand(token.Length >= 2 && token[0] is '\'' or '"' && token[^1] == token[0], $"a text in quotation marks; found '{token}'");
        return token[1..^1].Replace($"\\{token[0]}", token[..1], StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal);
    }

    private bool Peek(string word) => next < tokens.Count && tokens[next].Value.Equals(word, StringComparison.OrdinalIgnoreCase);

    private string Take() => next < tokens.Count ? tokens[next++].Value : throw Wrong("more: the query ends too early");

    private bool TakeIf(string word)
    {
        var isIt = Peek(word);
        next += isIt ? 1 : 0;
        return isIt;
    }

    private void Skip(string word) => Demand(TakeIf(word) || (word == "|" && next == 0), $"'{word}'{(next < tokens.Count ? $"; found '{tokens[next].Value}'" : "")}");

    private void Demand(bool isSo, string wanted)
    {
        if (!isSo)
        {
            throw Wrong(wanted);
        }
    }

    private ApiException Wrong(string wanted)
    {
        var at = next > 0 && next <= tokens.Count ? tokens[next - 1].Index : text.Length;
        return ApiException.BadRequest("InvalidQuery", $"'query' cannot be read near character {at + 1}: wanted is {wanted}.", "query");
    }

    [GeneratedRegex("""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|==|!=|=~|!~|![A-Za-z]+~?|[A-Za-z_][A-Za-z0-9_.]*~?|[0-9]+|[|(),]|\S""")]
    private static partial Regex Token();
}
