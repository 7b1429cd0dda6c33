using System.Globalization;

namespace Atrium.Inference.Llama.Grammars;

/// <summary>
/// Makes of a regular expression (ECMA-262, as JSON Schema uses it) the grammar of the JSON strings in which it is found: characters, sets, groups, alternatives and
/// repetitions. What a grammar cannot say (looking around, references back, word boundaries) is refused.
/// </summary>
internal sealed class PatternGrammar
{
    private const int Longest = 1000;
    private const int MaxDepth = 32;
    private readonly string _pattern;
    private readonly string _place;
    private readonly GrammarRules _rules;
    private readonly string _letter;
    private readonly Action<int, string> _spend;
    private int _at;

    private PatternGrammar(string pattern, string place, GrammarRules rules, string letter, Action<int, string> spend) =>
        (_pattern, _place, _rules, _letter, _spend) = (pattern, place, rules, letter, spend);

    /// <summary>Whether it can match nothing at all, and its grammar.</summary>
    private readonly record struct Part(string Body, bool MayBeEmpty);

    /// <param name="pattern">The expression.</param>
    /// <param name="place">Where it stands in the schema.</param>
    /// <param name="rules">Where its rules go.</param>
    /// <param name="letter">The rule of any character of a JSON string.</param>
    /// <param name="spend">Counts what the grammar grows by.</param>
    /// <returns>The body of a rule, without the quotation marks.</returns>
    /// <exception cref="SchemaNotSupportedException">It is no expression, or one that a grammar cannot say.</exception>
    public static string Of(string pattern, string place, GrammarRules rules, string letter, Action<int, string> spend)
    {
        var reader = new PatternGrammar(pattern, place, rules, letter, spend);
        if (pattern.Length > Longest)
        {
            throw reader.Refuse($"it is longer than {Longest} characters");
        }

        var whole = reader.Alternatives(0);
        return reader._at == pattern.Length ? whole.Body : throw reader.Refuse("a ')' closes nothing");
    }

    private char? Next => _at < _pattern.Length ? _pattern[_at] : null;

    private SchemaNotSupportedException Refuse(string why) => new(_place, $"{why} (at character {_at}).");

    private bool Take(char character)
    {
        if (Next != character)
        {
            return false;
        }

        _at++;
        return true;
    }

    private Part Alternatives(int depth)
    {
        if (depth > MaxDepth)
        {
            throw Refuse($"it is nested more than {MaxDepth} deep");
        }

        var parts = new List<Part>();
        do
        {
            parts.Add(Sequence(depth));
        }
        while (Take('|'));
        return parts is [var only] ? only : new(_rules.Add(string.Join(" | ", parts.Select(part => part.Body))), parts.Exists(part => part.MayBeEmpty));
    }

    /// <summary>An alternative of the whole that is not held to the beginning or the end of the text has any characters there.</summary>
    private Part Sequence(int depth)
    {
        var (bodies, mayBeEmpty) = (new List<string>(), true);
        if (depth == 0 && !Take('^'))
        {
            bodies.Add($"{_letter}*");
        }

        var isHeld = false;
        while (Next is not (null or '|' or ')'))
        {
            isHeld = depth == 0 && Take('$');
            if (isHeld)
            {
                break;
            }

            var part = Repeated(depth);
            bodies.Add(part.Body);
            mayBeEmpty &= part.MayBeEmpty;
        }

        if (isHeld && Next is not (null or '|'))
        {
            throw Refuse("'$' is supported only at the end");
        }

        if (depth == 0 && !isHeld)
        {
            bodies.Add($"{_letter}*");
        }

        return new(bodies.Count == 0 ? "\"\"" : string.Join(' ', bodies), mayBeEmpty);
    }

    private Part Repeated(int depth)
    {
        var part = One(depth);
        if (Counts() is not { } counts)
        {
            return part;
        }

        // Whether as much or as little as possible is taken makes no difference to what matches.
        Take('?');
        if (Next is '*' or '+' or '?' or '{')
        {
            throw Refuse("a repetition is repeated");
        }

        var (least, most) = counts;
        if (most is 0)
        {
            return new("\"\"", true);
        }

        if (part.MayBeEmpty && most != 1)
        {
            throw Refuse("repeating what may be empty is not supported");
        }

        _spend(most ?? least, _place);
        return new(string.Create(CultureInfo.InvariantCulture, $"{_rules.Add(part.Body)}{{{least},{most}}}"), part.MayBeEmpty || least == 0);
    }

    /// <summary>How often; null for no repetition.</summary>
    private (int Least, int? Most)? Counts()
    {
        if (Take('*'))
        {
            return (0, null);
        }

        if (Take('+'))
        {
            return (1, null);
        }

        if (Take('?'))
        {
            return (0, 1);
        }

        if (!Take('{'))
        {
            return null;
        }

        var least = Number();
        var most = Take(',') ? (Next is '}' ? (int?)null : Number()) : least;
        return Take('}') && !(most < least) ? (least, most) : throw Refuse("a repetition must be {least}, {least,} or {least,most}");
    }

    private int Number()
    {
        var from = _at;
        while (Next is >= '0' and <= '9')
        {
            _at++;
        }

        return int.TryParse(_pattern.AsSpan(from, _at - from), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= JsonGrammar.MostRepeats
            ? number
            : throw Refuse($"a repetition must have a number from 0 to {JsonGrammar.MostRepeats}");
    }

    private Part One(int depth)
    {
        switch (Next)
        {
            case '(':
                _at++;
                return Group(depth);
            case '[':
                _at++;
                return OfSet(Set());
            case '.':
                _at++;
                return OfSet(CharacterSet.LineEnds.Complement());
            case '*' or '+' or '?' or '{' or '}' or ']':
                throw Refuse($"'{Next}' stands alone");
            case '^' or '$':
                throw Refuse($"'{Next}' is supported only at the {(Next is '^' ? "beginning" : "end")}");
            default:
                return OfSet(SetOfOne());
        }
    }

    private Part OfSet(CharacterSet set) => set.Write() is { } body ? new(_rules.Add(body), false) : throw Refuse("no character of a text matches");

    private Part Group(int depth)
    {
        if (Take('?') && !Take(':'))
        {
            var end = _pattern.IndexOf('>', _at);
            var isNamed = Next is '<' && end > _at + 1 && _pattern[(_at + 1)..end].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_');
            _at = isNamed ? end + 1 : throw Refuse("looking ahead or behind is not supported");
        }

        var inner = Alternatives(depth + 1);
        return Take(')') ? inner with { Body = _rules.Add(inner.Body) } : throw Refuse("a '(' is not closed");
    }

    private CharacterSet Set()
    {
        var isNegated = Take('^');
        var sets = new List<CharacterSet>();
        while (!Take(']'))
        {
            var (first, set) = Member();
            if (first is { } from && Next is '-' && _at + 1 < _pattern.Length && _pattern[_at + 1] != ']')
            {
                _at++;
                var (last, _) = Member();
                set = last >= from ? new((from, last.Value)) : throw Refuse("a range must go from a character to a later one");
            }

            sets.Add(set);
        }

        var union = CharacterSet.Union(sets);
        return isNegated ? union.Complement() : union;
    }

    /// <summary>A character of a set, which may begin a range, or a set of its own.</summary>
    private (int? Character, CharacterSet Set) Member()
    {
        if (Next is null)
        {
            throw Refuse("a '[' is not closed");
        }

        if (_pattern[_at] == '\\')
        {
            _at++;
            return Escaped(inSet: true);
        }

        var character = Character();
        return (character, new((character, character)));
    }

    private CharacterSet SetOfOne()
    {
        if (Take('\\'))
        {
            return Escaped(inSet: false).Set;
        }

        var character = Character();
        return new((character, character));
    }

    private int Character()
    {
        if (!char.IsSurrogate(_pattern[_at]))
        {
            return _pattern[_at++];
        }

        if (!char.IsSurrogatePair(_pattern, _at))
        {
            throw Refuse("half a surrogate pair is no character");
        }

        _at += 2;
        return char.ConvertToUtf32(_pattern, _at - 2);
    }

    private (int? Character, CharacterSet Set) Escaped(bool inSet)
    {
        var letter = Next ?? throw Refuse("'\\' escapes nothing");
        _at++;
        if (letter is 'd' or 'D' or 'w' or 'W' or 's' or 'S')
        {
            var named = char.ToLowerInvariant(letter) switch { 'd' => CharacterSet.Digits, 'w' => CharacterSet.Word, _ => CharacterSet.Space };
            return (null, char.IsUpper(letter) ? named.Complement() : named);
        }

        int character = letter switch
        {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'x' => Hexadecimal(2),
            'u' => Hexadecimal(4),
            'b' when inSet => '\b',
            _ when char.IsAsciiLetterOrDigit(letter) || char.IsSurrogate(letter) => throw Refuse($"'\\{letter}' is not supported"),
            _ => letter,
        };
        return (character, new((character, character)));
    }

    private int Hexadecimal(int digits)
    {
        if (_at + digits > _pattern.Length || !int.TryParse(_pattern.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
        {
            throw Refuse($"it must be followed by {digits} hexadecimal digits");
        }

        _at += digits;
        return number;
    }
}
