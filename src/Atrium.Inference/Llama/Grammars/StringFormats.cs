namespace Atrium.Inference.Llama.Grammars;

/// <summary>Grammars of the formats of strings that JSON Schema names. Each text that one accepts is of the format; dates end with the 28th. Pure.</summary>
internal static class StringFormats
{
    private static readonly Dictionary<string, string> ByName = new()
    {
        ["date"] = Date,
        ["time"] = Time,
        ["date-time"] = $"{Date} \"T\" {Time}",
        ["uuid"] = "hex{8} \"-\" hex{4} \"-\" hex{4} \"-\" hex{4} \"-\" hex{12}",
        ["ipv4"] = "byte \".\" byte \".\" byte \".\" byte",
        ["ipv6"] = "hex{1,4} ( \":\" hex{1,4} ){7}",
        ["hostname"] = "label ( \".\" label ){0,4}",
        ["email"] = "[a-zA-Z0-9_]{1,32} ( [.+-] [a-zA-Z0-9_]{1,16} ){0,2} \"@\" label ( \".\" label ){1,3}",
        ["duration"] = "\"P\" ( [0-9]{1,4} \"W\" | [0-9]{1,4} \"D\" ( \"T\" [0-9]{1,4} [HMS] )? | \"T\" [0-9]{1,4} [HMS] )",
    };

    private const string Date = "[12] [0-9]{3} \"-\" ( \"0\" [1-9] | \"1\" [0-2] ) \"-\" ( \"0\" [1-9] | \"1\" [0-9] | \"2\" [0-8] )";
    private const string Time = "( [01] [0-9] | \"2\" [0-3] ) \":\" [0-5] [0-9] \":\" [0-5] [0-9] ( \".\" [0-9]{1,6} )? ( \"Z\" | [+-] ( [01] [0-9] | \"2\" [0-3] ) \":\" [0-5] [0-9] )";

    /// <summary>Those that are known, for messages.</summary>
    public static string Names { get; } = string.Join(", ", ByName.Keys);

    /// <summary>Its grammar, between the quotation marks; null for one that is not known.</summary>
    public static string? Of(string format, GrammarRules rules)
    {
        if (!ByName.TryGetValue(format, out var body))
        {
            return null;
        }

        if (body.Contains("hex", StringComparison.Ordinal))
        {
            rules.Once("hex", () => "[0-9a-f]");
        }

        if (body.Contains("byte", StringComparison.Ordinal))
        {
            rules.Once("byte", () => "\"25\" [0-5] | \"2\" [0-4] [0-9] | \"1\" [0-9] [0-9] | [1-9] [0-9] | [0-9]");
        }

        if (body.Contains("label", StringComparison.Ordinal))
        {
            rules.Once("label", () => "[a-zA-Z] [a-zA-Z0-9]{0,14} ( \"-\" [a-zA-Z0-9]{1,15} )?");
        }

        return body;
    }
}
