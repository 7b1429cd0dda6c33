namespace Atrium.Storage.Blobs;

/// <summary>
/// What Find Blobs by Tags and <c>x-ms-if-tags</c> are written in: <c>@container = 'c' AND "key" &gt;= 'v'</c>; the latter knows OR, &lt;&gt; and brackets too. Pure.
/// </summary>
public sealed class TagExpression
{
    private const int MostTerms = 64;
    private const int MostDepth = 16;
    private readonly Node root;

    private TagExpression(Node root, IReadOnlyList<TagTerm> terms, bool isPlain)
    {
        this.root = root;
        Terms = terms;
        IsConjunction = isPlain;
    }

    /// <summary>All comparisons in it.</summary>
    public IReadOnlyList<TagTerm> Terms { get; }

    /// <summary>Whether all of them must hold: no OR in it.</summary>
    public bool IsConjunction { get; }

    /// <exception cref="StorageException">It cannot be read.</exception>
    public static TagExpression Parse(string text)
    {
        var parser = new Parser(text ?? "");
        var root = parser.Any(0);
        parser.DemandEnd();
        return new(root, parser.Terms, !parser.HasOr);
    }

    /// <summary>Whether it holds for these tags.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> tags) => root.Holds(tags);

    private abstract record Node
    {
        public abstract bool Holds(IReadOnlyDictionary<string, string> tags);
    }

    private sealed record Compare(TagTerm Term) : Node
    {
        public override bool Holds(IReadOnlyDictionary<string, string> tags) => Term.Key.StartsWith('@') || (tags.TryGetValue(Term.Key, out var value) && Term.Holds(value));
    }

    private sealed record And(Node Left, Node Right) : Node
    {
        public override bool Holds(IReadOnlyDictionary<string, string> tags) => Left.Holds(tags) && Right.Holds(tags);
    }

    private sealed record Or(Node Left, Node Right) : Node
    {
        public override bool Holds(IReadOnlyDictionary<string, string> tags) => Left.Holds(tags) || Right.Holds(tags);
    }

    private sealed class Parser(string text)
    {
        private static readonly string[] Operators = ["<>", ">=", "<=", "=", ">", "<"];
        private int at;

        public List<TagTerm> Terms { get; } = [];

        public bool HasOr { get; private set; }

        public Node Any(int depth)
        {
            if (depth > MostDepth)
            {
                throw Bad($"more than {MostDepth} brackets");
            }

            var left = All(depth);
            while (Takes("OR"))
            {
                HasOr = true;
                left = new Or(left, All(depth));
            }

            return left;
        }

        public void DemandEnd()
        {
            Skip();
            if (at < text.Length)
            {
                throw Bad($"'{text[at..Math.Min(text.Length, at + 20)]}' is not expected there");
            }
        }

        private Node All(int depth)
        {
            var left = One(depth);
            while (Takes("AND"))
            {
                left = new And(left, One(depth));
            }

            return left;
        }

        private Node One(int depth)
        {
            Skip();
            if (at < text.Length && text[at] == '(')
            {
                at++;
                var inner = Any(depth + 1);
                Skip();
                return at < text.Length && text[at++] == ')' ? inner : throw Bad("a bracket is not closed");
            }

            var key = Key();
            Skip();
            var sign = Array.Find(Operators, o => text.AsSpan(at).StartsWith(o)) ?? throw Bad("an operator (=, <>, >, >=, <, <=) is missing");
            at += sign.Length;
            Skip();
            var term = new TagTerm(key, sign, Quoted('\'', "a value in single quotes"));
            Terms.Add(term);
            return Terms.Count <= MostTerms ? new Compare(term) : throw Bad($"more than {MostTerms} comparisons");
        }

        private string Key()
        {
            if (at < text.Length && text[at] == '"')
            {
                return Quoted('"', "a key in double quotes");
            }

            var from = at;
            while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '@'))
            {
                at++;
            }

            return at > from ? text[from..at] : throw Bad("a key is missing");
        }

        private string Quoted(char quote, string what)
        {
            if (at >= text.Length || text[at] != quote)
            {
                throw Bad($"{what} is missing");
            }

            var end = text.IndexOf(quote, at + 1);
            if (end < 0)
            {
                throw Bad("a quote is not closed");
            }

            var value = text[(at + 1)..end];
            at = end + 1;
            return value;
        }

        private bool Takes(string word)
        {
            Skip();
            if (!text.AsSpan(at).StartsWith(word, StringComparison.OrdinalIgnoreCase) || (at + word.Length < text.Length && char.IsAsciiLetterOrDigit(text[at + word.Length])))
            {
                return false;
            }

            at += word.Length;
            return true;
        }

        private void Skip()
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }
        }

        private StorageException Bad(string why) => new("InvalidQueryParameterValue", $"The expression over tags cannot be read at character {at + 1}: {why}.");
    }
}

/// <summary>A comparison: the key (<c>@container</c> for the container's name), the operator, the value.</summary>
public sealed record TagTerm(string Key, string Sign, string Value)
{
    /// <summary>Whether a value compares so.</summary>
    public bool Holds(string value)
    {
        var order = string.CompareOrdinal(value, Value);
        return Sign switch
        {
            "=" => order == 0,
            "<>" => order != 0,
            ">" => order > 0,
            ">=" => order >= 0,
            "<" => order < 0,
            _ => order <= 0,
        };
    }
}
