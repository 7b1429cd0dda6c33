using System.Text.Encodings.Web;
using System.Text.Json;

namespace Atrium.Inference.Llama;

/// <summary>
/// Makes tokens of a conversation. Control tokens come from the template only: where a caller's text spells one, it stays text, so that
/// nobody ends a turn or speaks as the system by writing the right letters. (Such a spelling is read apart from what is round it, so a
/// tokenizer that begins each text with a space puts one there.)
/// </summary>
internal sealed class PromptTokens(LlamaSession session, PromptWriter writer)
{
    private const int ShortestSpelling = 3;

    /// <summary>Unicode's private use area. One of these that no text of the conversation holds marks the spellings.</summary>
    private const char FirstMark = '\uE000';
    private static readonly JsonSerializerOptions Unescaped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private const char LastMark = '\uF8FF';

    private readonly string[] _spellings = [.. session.ControlSpellings().Where(spelling => spelling.Length >= ShortestSpelling).OrderByDescending(spelling => spelling.Length)];
    private readonly string _beginText = session.BeginText;
    private readonly string _endText = session.EndText;

    /// <summary>The tokens of the conversation, up to where the answer begins.</summary>
    public int[] Of(IReadOnlyList<ChatTurn> turns, IReadOnlyList<ChatTool> tools)
    {
        if (!writer.WritesControlTokens)
        {
            return session.Tokenize(writer.Write(turns, tools, _beginText, _endText), start: true, special: false);
        }

        var mark = FreeMark(turns, tools);
        var text = writer.Write([.. turns.Select(turn => Mark(turn, mark))], [.. tools.Select(tool => Mark(tool, mark))], _beginText, _endText);
        var start = _beginText.Length == 0 || !text.StartsWith(_beginText, StringComparison.Ordinal);
        var tokens = new List<int>();
        foreach (var (part, special) in Parts(text, mark))
        {
            tokens.AddRange(session.Tokenize(part, start, special));
            start = false;
        }

        return [.. tokens];
    }

    /// <summary>The tokens of a text that is to be continued. The spelling of a control token is text there too.</summary>
    public int[] OfText(string text) => session.Tokenize(text, start: true, special: false);

    private static char FreeMark(IReadOnlyList<ChatTurn> turns, IReadOnlyList<ChatTool> tools)
    {
        string[] texts = [.. turns.Select(t => t.Content), .. turns.SelectMany(t => t.Calls).Select(c => c.Name + Raw(c.Arguments)), .. tools.Select(t => t.Name + t.Description + Raw(t))];
        for (var mark = FirstMark; mark <= LastMark; mark++)
        {
            if (!texts.Any(text => text.Contains(mark)))
            {
                return mark;
            }
        }

        throw new PromptRefusedException("it holds every private-use character of Unicode");
    }

    private static string Raw(ChatTool tool) => tool.Parameters.ValueKind is JsonValueKind.Undefined ? "" : JsonSerializer.Serialize(tool.Parameters, Unescaped);

    /// <summary>JSON with its letters as they are: an escape must not hide a spelling.</summary>
    private static string Raw(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return JsonSerializer.Serialize(document.RootElement, Unescaped);
        }
        catch (JsonException)
        {
            return json;
        }
    }

    private ChatTurn Mark(ChatTurn turn, char mark) => turn with
    {
        Content = Mark(turn.Content, mark),
        CallId = turn.CallId is { } id ? Mark(id, mark) : null,
        Calls = [.. turn.Calls.Select(c => new ToolCall(Mark(c.Id, mark), Mark(c.Name, mark), Mark(Raw(c.Arguments), mark)))],
    };

    /// <summary>Inside JSON a spelling is marked in the text of the schema: the mark is a letter like others there.</summary>
    private ChatTool Mark(ChatTool tool, char mark) => new(
        Mark(tool.Name, mark),
        Mark(tool.Description, mark),
        tool.Parameters.ValueKind is JsonValueKind.Undefined ? default : JsonElement.Parse(Mark(Raw(tool), mark)));

    /// <summary>Puts the mark behind the first character of each spelling of a control token.</summary>
    private string Mark(string content, char mark)
    {
        foreach (var spelling in _spellings)
        {
            content = content.Replace(spelling, spelling[..1] + mark + spelling[1..], StringComparison.Ordinal);
        }

        return content;
    }

    /// <summary>The text between marks may hold control tokens; a marked spelling is text.</summary>
    private IEnumerable<(string Text, bool Special)> Parts(string text, char mark)
    {
        var from = 0;
        for (var at = text.IndexOf(mark); at > 0; at = text.IndexOf(mark, from))
        {
            var spelling = Array.Find(_spellings, one => string.CompareOrdinal(text, at - 1, one, 0, 1) == 0 && string.CompareOrdinal(text, at + 1, one, 1, one.Length - 1) == 0) ?? text[(at - 1)..at];
            if (at - 1 > from)
            {
                yield return (text[from..(at - 1)], true);
            }

            yield return (spelling, false);
            from = at - 1 + spelling.Length + 1;
        }

        if (from < text.Length)
        {
            yield return (text[from..], true);
        }
    }
}
