namespace Atrium.Inference.Llama.Grammars;

/// <summary>The rules of JSON itself, each written when it is first named: values of any kind, strings and numbers, and what stands between them.</summary>
internal sealed class JsonRules(GrammarRules rules)
{
    private const string Size = "( \"0\" | [1-9] [0-9]{0,15} ) ( \".\" [0-9]{1,15} )? ( [eE] [+-]? [0-9]{1,2} )?";

    /// <summary>Any value.</summary>
    public string Any() => rules.Once("value", () => $"{Object()} | {rules.Once("array", () => $"\"[\" ( value ( {Comma()} value )* )? \"]\"")} | {Text()} | {Number()} | \"true\" | \"false\" | \"null\"");

    public string Number() => rules.Once("number", () => "\"-\"? " + Size);

    /// <summary>Any object.</summary>
    public string Object() => rules.Once("object", () => $"\"{{\" ( {Text()} {Colon()} {Any()} ( {Comma()} {Text()} {Colon()} {Any()} )* )? \"}}\"");

    /// <summary>An object whose properties have any names and values of one kind.</summary>
    public string Map(string value) => rules.Add($"\"{{\" ( {Text()} {Colon()} {value} ( {Comma()} {Text()} {Colon()} {value} )* )? \"}}\"");

    public string Text() => rules.Once("string", () => $"\"\\\"\" {Letter()}* \"\\\"\"");

    /// <summary>A character of a string. Halves of surrogate pairs are left out: alone they are no character, and pairs can be written as they are.</summary>
    public string Letter() => rules.Once(
        "letter",
        () => "[^\"\\\\\\x00-\\x1F\\x7F] | \"\\\\\" ( [\"\\\\/bfnrt] | \"u\" ( [0-9a-cA-CeEfF] [0-9a-fA-F]{3} | [dD] [0-7] [0-9a-fA-F]{2} ) )");

    public string Comma() => rules.Once("comma", () => "\",\" \" \"?");

    public string Colon() => rules.Once("colon", () => "\":\" \" \"?");
}
