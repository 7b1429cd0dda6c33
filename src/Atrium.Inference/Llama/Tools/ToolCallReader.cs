using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Atrium.Inference.Llama.Tools;

/// <summary>
/// Tells calls of tools from what an answer says, as it comes. Text that may be the beginning of a call is held back; what turns out to be none is said after all.
/// </summary>
internal sealed class ToolCallReader(ToolFormat format, IReadOnlyList<ChatTool> tools)
{
    private const int IdBytes = 12;
    private readonly StringBuilder _held = new();
    private bool _isInside = format.Trigger.Length == 0;
    private bool _hasCalls;

    /// <summary>Whether a call came.</summary>
    public bool HasCalls => _hasCalls;

    /// <summary>Takes the next piece of the answer.</summary>
    /// <returns>What can be shown by now, and the calls that are complete with it.</returns>
    public (string Text, IReadOnlyList<ToolCall> Calls) Add(string piece)
    {
        _held.Append(piece);
        if (format == ToolFormat.Bare)
        {
            // The answer as a whole is a call or none, which its first character tells.
            _isInside = _isInside && (_held.ToString().TrimStart() is "" or ['{', ..]);
            return (_isInside ? "" : TakeAll(), []);
        }

        var (text, calls) = (new StringBuilder(), new List<ToolCall>());
        while (_isInside ? TakeCall(calls) : TakeText(text))
        {
        }

        return (text.ToString(), calls);
    }

    /// <summary>The answer has ended.</summary>
    public (string Text, IReadOnlyList<ToolCall> Calls) End()
    {
        var rest = TakeAll();
        if (!_isInside)
        {
            return (_hasCalls ? rest.TrimEnd() : rest, []);
        }

        var calls = new List<ToolCall>();
        var isCall = format == ToolFormat.List ? ReadList(rest, calls) : Read(rest, calls) && (format != ToolFormat.Bare || calls.TrueForAll(c => tools.Any(t => t.Name == c.Name)));
        _hasCalls |= isCall;
        return isCall ? ("", calls) : (format.Trigger + rest, []);
    }

    private string TakeAll()
    {
        var held = _held.ToString();
        _held.Clear();
        return held;
    }

    /// <summary>Up to the trigger, or up to where it might begin. True when a call begins.</summary>
    private bool TakeText(StringBuilder text)
    {
        var held = _held.ToString();
        var at = held.IndexOf(format.Trigger, StringComparison.Ordinal);
        var sure = at >= 0 ? at : held.Length - BeginningAtEnd(held);

        // White space before a call is part of the notation, and whether a call follows is not known yet.
        var shown = held[..sure].TrimEnd().Length;
        text.Append(held[..shown]);
        _held.Remove(0, at >= 0 ? at + format.Trigger.Length : shown);
        return _isInside = at >= 0;
    }

    /// <summary>A tagged call ends with its tag; the others end with the answer.</summary>
    private bool TakeCall(List<ToolCall> calls)
    {
        var held = _held.ToString();
        var end = format == ToolFormat.Tagged ? held.IndexOf(ToolFormat.TagClose, StringComparison.Ordinal) : -1;
        if (end < 0 || !Read(held[..end], calls))
        {
            return false;
        }

        (_hasCalls, _isInside) = (true, false);
        _held.Remove(0, end + ToolFormat.TagClose.Length);
        return true;
    }

    private int BeginningAtEnd(string held)
    {
        for (var length = Math.Min(held.Length, format.Trigger.Length - 1); length > 0; length--)
        {
            if (held.EndsWith(format.Trigger[..length], StringComparison.Ordinal))
            {
                return length;
            }
        }

        return 0;
    }

    private static bool ReadList(string text, List<ToolCall> calls)
    {
        try
        {
            using var document = JsonDocument.Parse(text.Trim());
            return document.RootElement.ValueKind is JsonValueKind.Array && document.RootElement.EnumerateArray().All(item => Take(item, calls)) && calls.Count > 0;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Read(string text, List<ToolCall> calls)
    {
        try
        {
            using var document = JsonDocument.Parse(text.Trim());
            return Take(document.RootElement, calls);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool Take(JsonElement call, List<ToolCall> calls)
    {
        if (call.ValueKind is not JsonValueKind.Object || !call.TryGetProperty("name", out var name) || name.ValueKind is not JsonValueKind.String)
        {
            return false;
        }

        var arguments = call.TryGetProperty("arguments", out var found) || call.TryGetProperty("parameters", out found) ? found : default;
        var text = arguments.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => "{}",
            JsonValueKind.String => arguments.GetString()!,
            _ => arguments.GetRawText(),
        };
        calls.Add(new($"call_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes))}", name.GetString()!, text));
        return true;
    }
}
