using System.Globalization;
using System.Text;

namespace Atrium.Inference.Conversion;

/// <summary>Takes the one literal out of a packed CommonJS script that exports nothing else: an object as JSON, or a string. Nothing is run.</summary>
internal static class ModuleLiteral
{
    private const string Export = ".exports=";

    /// <summary>The exported object, as JSON.</summary>
    public static string ObjectOf(string script)
    {
        var at = StartOf(script, '{');
        var json = new StringBuilder(script.Length);
        for (var depth = 0; at < script.Length;)
        {
            var c = script[at];
            depth += c is '{' or '[' ? 1 : c is '}' or ']' ? -1 : 0;
            at = Copy(script, at, json);
            if (depth == 0)
            {
                return json.ToString();
            }
        }

        throw new ModelConversionException("The script ends inside the object that it exports.");
    }

    /// <summary>The exported string.</summary>
    public static string TextOf(string script)
    {
        var start = StartOf(script, '"');
        return script[(start + 1)..EndOfText(script, start)];
    }

    private static int StartOf(string script, char first)
    {
        var at = script.IndexOf(Export + first, StringComparison.Ordinal);
        return at < 0 ? throw new ModelConversionException($"The script does not export a literal that begins with {first}.") : at + Export.Length;
    }

    /// <summary>Copies one token and answers where the next one begins.</summary>
    private static int Copy(string script, int at, StringBuilder json)
    {
        switch (script[at])
        {
            case '{' or '}' or '[' or ']' or ',' or ':':
                json.Append(script[at]);
                return at + 1;
            case '"' or '\'':
                var end = EndOfText(script, at);
                json.Append('"').Append(script, at + 1, end - at - 1).Append('"');
                return end + 1;
            case '!' when At(script, at + 1) is '0' or '1':
                json.Append(script[at + 1] is '0' ? "true" : "false");
                return at + 2;
            case '-' or '.' or (>= '0' and <= '9'):
                return CopyNumber(script, at, json);
            case var c when char.IsAsciiLetter(c) || c is '_' or '$':
                return CopyName(script, at, json);
            case var c:
                throw new ModelConversionException($"The exported literal holds '{c}', which no literal of data does.");
        }
    }

    private static int CopyNumber(string script, int at, StringBuilder json)
    {
        var end = at;
        while (At(script, end) is '-' or '+' or '.' or 'e' or 'E' or (>= '0' and <= '9'))
        {
            end++;
        }

        if (!double.TryParse(script.AsSpan(at, end - at), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            throw new ModelConversionException($"The exported literal holds '{script[at..end]}', which is no number.");
        }

        json.Append(CultureInfo.InvariantCulture, $"{number:R}");
        return end;
    }

    /// <summary>The name of a property, which JSON puts in quotes, or null.</summary>
    private static int CopyName(string script, int at, StringBuilder json)
    {
        var end = at;
        while (char.IsAsciiLetterOrDigit(At(script, end)) || At(script, end) is '_' or '$')
        {
            end++;
        }

        var name = script.AsSpan(at, end - at);
        json.Append(name is "null" && At(script, end) != ':' ? name : $"\"{name}\"");
        return end;
    }

    private static char At(string script, int place) => place < script.Length ? script[place] : '\0';

    private static int EndOfText(string script, int start)
    {
        var end = script.IndexOf(script[start], start + 1);
        return end < 0 || script.AsSpan(start, end - start).Contains('\\')
            ? throw new ModelConversionException("The exported literal holds a text with escapes, or one without an end.")
            : end;
    }
}
