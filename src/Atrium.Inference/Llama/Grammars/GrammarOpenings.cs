using System.Globalization;
using System.Runtime.CompilerServices;

namespace Atrium.Inference.Llama.Grammars;

/// <summary>
/// Counts in how many ways each place of a grammar can go on. llama.cpp follows all of them at once, and those that come to the same again and again: alternatives of
/// alternatives, and things side by side that may be empty, make many of a short text. Pure.
/// </summary>
internal sealed class GrammarOpenings
{
    /// <summary>Ways to go on at one place. At this bound a step takes llama.cpp a few milliseconds.</summary>
    public const long Most = 4000;
    private const int MostPasses = 8;

    private readonly IReadOnlyDictionary<string, string> _rules;
    private Dictionary<string, Ways> _known = new(StringComparer.Ordinal);
    private Dictionary<string, Ways> _before = new(StringComparer.Ordinal);
    private readonly HashSet<string> _following = new(StringComparer.Ordinal);
    private long _worst;

    private GrammarOpenings(IReadOnlyDictionary<string, string> rules) => _rules = rules;

    /// <summary>How many ways something has to begin, and how many to be nothing. Beyond <see cref="Most"/> all is one.</summary>
    private readonly record struct Ways(long Open, long Empty)
    {
        public static Ways One { get; } = new(1, 0);

        public static Ways Nothing { get; } = new(0, 1);

        public Ways Or(Ways other) => new(Capped(Open + other.Open), Capped(Empty + other.Empty));

        public Ways Then(Ways next) => new(Capped(Open + (Empty * next.Open)), Capped(Empty * next.Empty));

        private static long Capped(long ways) => Math.Min(ways, Most + 1);
    }

    /// <summary>The most ways that any place of the rules has to go on; more than <see cref="Most"/> where there are too many, or a rule begins with itself.</summary>
    public static long MostOf(IReadOnlyDictionary<string, string> rules)
    {
        var openings = new GrammarOpenings(rules);
        for (var pass = 0; pass < MostPasses && openings.Pass(); pass++)
        {
            // What uses itself knows its own count only the next time.
        }

        return openings._worst;
    }

    /// <summary>Counts all rules; whether any count is another than before.</summary>
    private bool Pass()
    {
        (_before, _known, _worst) = (_known, new(StringComparer.Ordinal), 0);
        foreach (var name in _rules.Keys)
        {
            Follow(name);
        }

        return _known.Any(rule => !_before.TryGetValue(rule.Key, out var ways) || ways != rule.Value);
    }

    private Ways Follow(string name)
    {
        if (_known.TryGetValue(name, out var known))
        {
            return known;
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            return new(Most + 1, 0);
        }

        if (!_following.Add(name))
        {
            return _before.GetValueOrDefault(name, Ways.One);
        }

        var at = 0;
        var ways = Alternatives(_rules[name], ref at);
        _following.Remove(name);
        return _known[name] = ways;
    }

    private Ways Alternatives(string body, ref int at)
    {
        var ways = Sequence(body, ref at);
        while (at < body.Length && body[at] == '|')
        {
            at++;
            ways = ways.Or(Sequence(body, ref at));
        }

        Note(ways);
        return ways;
    }

    private Ways Sequence(string body, ref int at)
    {
        var items = new List<Ways>();
        for (Skip(body, ref at); at < body.Length && body[at] is not ('|' or ')'); Skip(body, ref at))
        {
            items.Add(Repeated(Item(body, ref at), body, ref at));
        }

        // From behind: each place between two items is one where the answer may stand.
        var ways = Ways.Nothing;
        for (var i = items.Count - 1; i >= 0; i--)
        {
            ways = items[i].Then(ways);
            Note(ways);
        }

        return ways;
    }

    private Ways Item(string body, ref int at)
    {
        switch (body[at])
        {
            case '"':
                var from = at;
                Behind(body, ref at, '"');
                return at - from == 2 ? Ways.Nothing : Ways.One;
            case '[':
                Behind(body, ref at, ']');
                return Ways.One;
            case '(':
                at++;
                var inner = Alternatives(body, ref at);
                at++;
                return inner;
            default:
                var begin = at;
                while (at < body.Length && char.IsAsciiLetterOrDigit(body[at]))
                {
                    at++;
                }

                return Follow(body[begin..at]);
        }
    }

    private static Ways Repeated(Ways item, string body, ref int at)
    {
        var isOptional = false;
        if (at < body.Length && body[at] is ('?' or '*'))
        {
            isOptional = true;
            at++;
        }
        else if (at < body.Length && body[at] == '+')
        {
            at++;
        }
        else if (at < body.Length && body[at] == '{')
        {
            var end = body.IndexOf('}', at);
            isOptional = int.Parse(body[(at + 1)..end].Split(',')[0], CultureInfo.InvariantCulture) == 0;
            at = end + 1;
        }

        return isOptional ? item with { Empty = 1 + item.Empty } : item;
    }

    private void Note(Ways ways) => _worst = Math.Max(_worst, ways.Open + ways.Empty);

    private static void Skip(string body, ref int at)
    {
        while (at < body.Length && body[at] == ' ')
        {
            at++;
        }
    }

    /// <summary>Behind a text or a set; what is escaped in it does not end it.</summary>
    private static void Behind(string body, ref int at, char end)
    {
        for (at++; body[at] != end; at++)
        {
            at += body[at] == '\\' ? 1 : 0;
        }

        at++;
    }
}
