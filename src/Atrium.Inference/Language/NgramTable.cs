namespace Atrium.Inference.Language;

/// <summary>Reads the table of byte n-grams out of eld's JavaScript: <c>'ngram':{language:score,...},...</c></summary>
internal static class NgramTable
{
    private const string Start = "ngrams:{";

    public static Dictionary<string, (byte Language, byte Score)[]> Read(string javaScriptFile)
    {
        var text = File.ReadAllText(javaScriptFile);
        var table = new Dictionary<string, (byte Language, byte Score)[]>(StringComparer.Ordinal);
        for (var at = text.IndexOf(Start, StringComparison.Ordinal) + Start.Length; text[at] != '}';)
        {
            var ngram = ReadName(text, ref at);
            table[ngram] = ReadScores(text, ref at);
            at += text[at] == ',' ? 1 : 0;
        }

        return table;
    }

    /// <summary>A property's name, in quotes or bare, and the colon behind it.</summary>
    private static string ReadName(string text, ref int at)
    {
        var quote = text[at] is '\'' or '"' ? text[at++] : ':';
        var name = new System.Text.StringBuilder();
        for (; text[at] != quote; at++)
        {
            at += text[at] == '\\' ? 1 : 0;
            name.Append(text[at]);
        }

        at += quote == ':' ? 1 : 2;
        return name.ToString();
    }

    private static (byte Language, byte Score)[] ReadScores(string text, ref int at)
    {
        var scores = new List<(byte, byte)>();
        while (text[at++] != '}')
        {
            if (text[at] == '}')
            {
                continue;
            }

            var language = ReadNumber(text, ref at);
            at++;
            scores.Add((language, ReadNumber(text, ref at)));
        }

        return [.. scores];
    }

    private static byte ReadNumber(string text, ref int at)
    {
        var number = 0;
        for (; char.IsAsciiDigit(text[at]); at++)
        {
            number = (number * 10) + text[at] - '0';
        }

        return checked((byte)number);
    }
}
