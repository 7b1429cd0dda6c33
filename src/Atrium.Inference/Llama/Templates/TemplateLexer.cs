using System.Globalization;
using System.Text;

namespace Atrium.Inference.Llama.Templates;

/// <summary>
/// Cuts a template into tokens. White space round tags goes as chat templates are written for: the line end after a block tag and the
/// indentation before one are dropped (trim_blocks, lstrip_blocks), as is one line end at the template's end.
/// </summary>
internal sealed class TemplateLexer
{
    private static readonly string[] Operators =
        ["**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ":", ".", "|"];

    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private int _at;
    private bool _lineStarts = true;

    private TemplateLexer(string source)
    {
        _source = source.ReplaceLineEndings("\n");
        _source = _source.EndsWith('\n') ? _source[..^1] : _source;
    }

    public static IReadOnlyList<TemplateToken> Read(string source)
    {
        var lexer = new TemplateLexer(source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    private void ReadAll()
    {
        while (_at < _source.Length)
        {
            var tag = NextTag();
            ReadText(tag);
            if (tag == _source.Length)
            {
                break;
            }

            var kind = _source[tag + 1];
            _at = tag + 2;
            if (_at < _source.Length && _source[_at] is '-' or '+')
            {
                _at++;
            }

            if (kind == '#')
            {
                SkipComment();
            }
            else
            {
                _tokens.Add(new(kind == '%' ? TokenKind.BlockStart : TokenKind.OutputStart, kind == '%' ? "{%" : "{{"));
                ReadTag(kind == '%' ? "%}" : "}}");
            }
        }

        _tokens.Add(new(TokenKind.End, "the end of the template"));
    }

    private int NextTag()
    {
        for (var at = _at; (at = _source.IndexOf('{', at)) >= 0; at++)
        {
            if (at + 1 < _source.Length && _source[at + 1] is '{' or '%' or '#')
            {
                return at;
            }
        }

        return _source.Length;
    }

    private void ReadText(int end)
    {
        var text = _source[_at..end];
        var sign = end + 2 < _source.Length ? _source[end + 2] : ' ';
        if (end < _source.Length && sign == '-')
        {
            text = text.TrimEnd();
        }
        else if (end < _source.Length && _source[end + 1] != '{' && sign != '+')
        {
            var line = text.LastIndexOf('\n') + 1;
            if ((line > 0 || _lineStarts) && text.AsSpan(line).IsWhiteSpace())
            {
                text = text[..line];
            }
        }

        if (text.Length > 0)
        {
            _tokens.Add(new(TokenKind.Text, text));
        }
    }

    private void SkipComment()
    {
        var end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0)
        {
            throw new TemplateException("a comment {# has no end #}");
        }

        _at = end + 2;
        AfterTag(_source[end - 1], trimLine: true);
    }

    /// <summary>Drops the white space after a tag that ended with the sign given.</summary>
    private void AfterTag(char sign, bool trimLine)
    {
        _lineStarts = false;
        if (sign == '-')
        {
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at]))
            {
                _lineStarts = _source[_at++] == '\n';
            }
        }
        else if (trimLine && sign != '+' && _at < _source.Length && _source[_at] == '\n')
        {
            _at++;
            _lineStarts = true;
        }
    }

    private void ReadTag(string close)
    {
        var braces = 0;
        while (true)
        {
            while (_at < _source.Length && char.IsWhiteSpace(_source[_at]))
            {
                _at++;
            }

            if (_at >= _source.Length)
            {
                throw new TemplateException($"a tag has no end {close}");
            }

            var signed = _source[_at] is '-' or '+' ? 1 : 0;
            if (braces == 0 && string.CompareOrdinal(_source, _at + signed, close, 0, 2) == 0)
            {
                var sign = signed == 1 ? _source[_at] : ' ';
                _at += signed + 2;
                _tokens.Add(new(TokenKind.TagEnd, close));
                AfterTag(sign, trimLine: close == "%}");
                return;
            }

            var token = ReadToken();
            braces += token is { Kind: TokenKind.Operator, Text: "{" or "[" or "(" } ? 1 : token is { Kind: TokenKind.Operator, Text: "}" or "]" or ")" } ? -1 : 0;
            _tokens.Add(token);
        }
    }

    private TemplateToken ReadToken()
    {
        var letter = _source[_at];
        if (char.IsLetter(letter) || letter == '_')
        {
            var start = _at;
            while (_at < _source.Length && (char.IsLetterOrDigit(_source[_at]) || _source[_at] == '_'))
            {
                _at++;
            }

            return new(TokenKind.Name, _source[start.._at]);
        }

        if (char.IsAsciiDigit(letter))
        {
            return ReadNumber();
        }

        if (letter is '"' or '\'')
        {
            return ReadString(letter);
        }

        var found = Operators.FirstOrDefault(sign => string.CompareOrdinal(_source, _at, sign, 0, sign.Length) == 0)
            ?? throw new TemplateException($"the character '{letter}' is not understood inside a tag");
        _at += found.Length;
        return new(TokenKind.Operator, found);
    }

    private TemplateToken ReadNumber()
    {
        var start = _at;
        bool Digit(int at) => at < _source.Length && (char.IsAsciiDigit(_source[at]) || _source[at] == '_');
        while (Digit(_at))
        {
            _at++;
        }

        var whole = true;
        if (_at < _source.Length && _source[_at] == '.' && Digit(_at + 1))
        {
            whole = false;
            _at++;
            while (Digit(_at))
            {
                _at++;
            }
        }

        var text = _source[start.._at].Replace("_", "", StringComparison.Ordinal);
        if (!whole)
        {
            return new(TokenKind.Number, text, double.Parse(text, CultureInfo.InvariantCulture));
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? new(TokenKind.Number, text, value)
            : throw new TemplateException($"the number {text} is too large");
    }

    private TemplateToken ReadString(char quote)
    {
        var start = _at++;
        var text = new StringBuilder();
        while (_at < _source.Length && _source[_at] != quote)
        {
            text.Append(_source[_at] == '\\' && _at + 1 < _source.Length ? ReadEscape() : _source[_at++].ToString());
        }

        if (_at++ >= _source.Length)
        {
            throw new TemplateException($"the text that begins with {_source[start..Math.Min(start + 12, _source.Length)]} has no end");
        }

        return new(TokenKind.String, _source[start.._at], text.ToString());
    }

    private string ReadEscape()
    {
        var escaped = _source[_at + 1];
        _at += 2;
        return escaped switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'b' => "\b",
            'f' => "\f",
            '\n' => "",
            '\\' or '\'' or '"' => escaped.ToString(),
            'x' => ReadCode(2),
            'u' => ReadCode(4),
            'U' => ReadCode(8),
            _ => "\\" + escaped,
        };
    }

    private string ReadCode(int digits)
    {
        if (_at + digits > _source.Length || !int.TryParse(_source.AsSpan(_at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            || code is < 0 or > 0x10FFFF)
        {
            throw new TemplateException("a text holds a character escape that is not understood");
        }

        _at += digits;
        return code is >= 0xD800 and <= 0xDFFF ? ((char)code).ToString() : char.ConvertFromUtf32(code);
    }
}
