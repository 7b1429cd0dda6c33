using System.Globalization;
using System.Text;

namespace Atrium.Inference.Llama.Grammars;

/// <summary>The rules of a grammar in the notation of llama.cpp (GBNF), each under a name of its own.</summary>
internal sealed class GrammarRules
{
    private readonly OrderedDictionary<string, string> _rules = [];
    private int _names;

    /// <summary>Adds a rule; answers the name to use.</summary>
    public string Add(string body)
    {
        var name = Reserve();
        _rules[name] = body;
        return name;
    }

    /// <summary>A name whose rule comes later: for rules that use themselves.</summary>
    public string Reserve() => string.Create(CultureInfo.InvariantCulture, $"r{_names++}");

    public void Set(string name, string body) => _rules[name] = body;

    /// <summary>Adds the rule under a name of the notation's own kind (<c>string</c>, <c>ws</c>), once.</summary>
    public string Once(string name, Func<string> body)
    {
        if (!_rules.ContainsKey(name))
        {
            _rules[name] = "";
            _rules[name] = body();
        }

        return name;
    }

    /// <summary>The whole grammar, whose beginning is <c>root</c>.</summary>
    /// <exception cref="SchemaNotSupportedException">Somewhere it can go on in more ways than are followed.</exception>
    public string Write(string root)
    {
        _rules["root"] = root;
        if (GrammarOpenings.MostOf(_rules) > GrammarOpenings.Most)
        {
            throw new SchemaNotSupportedException("#", $"it can go on in too many ways at one place; up to {GrammarOpenings.Most} are followed. Alternatives of alternatives, and what may be empty beside what may be empty, multiply.");
        }

        _rules.Remove("root");
        var text = new StringBuilder("root ::= ").Append(root).Append('\n');
        foreach (var (name, body) in _rules)
        {
            text.Append(name).Append(" ::= ").Append(body).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A text as the grammar spells it literally.</summary>
    public static string Literal(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            quoted.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                < ' ' or 0x7f => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:X2}"),
                _ => rune.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
