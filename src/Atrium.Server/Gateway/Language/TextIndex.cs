using Atrium.Inference.Language;

namespace Atrium.Server.Gateway.Language;

/// <summary>Places in a text, counted as the caller asks (<c>stringIndexType</c>).</summary>
internal sealed class TextIndex
{
    public const string TextElements = "TextElements_v8";
    public const string CodePoints = "UnicodeCodePoint";
    public const string CodeUnits = "Utf16CodeUnit";

    private readonly int[] starts;
    private readonly int length;

    public TextIndex(string text, string type) => (length, starts) = (text.Length, type switch
    {
        CodeUnits => [.. Enumerable.Range(0, text.Length)],
        CodePoints => [.. Enumerable.Range(0, text.Length).Where(at => at == 0 || !char.IsSurrogatePair(text[at - 1], text[at]))],
        _ => [.. Language.TextElements.Starts(text)],
    });

    public int Count => starts.Length;

    /// <summary>Offset and length of a part. What begins or ends inside an element counts that element.</summary>
    public (int Offset, int Length) Of(TextSpan span)
    {
        var offset = Before(span.Start + 1) - 1;
        return (offset, Before(span.Start + span.Length) - offset);
    }

    /// <summary>Where an element begins in the string; behind the last one, where the string ends.</summary>
    public int StartOf(int element) => element < starts.Length ? starts[element] : length;

    /// <summary>How many elements begin before a place.</summary>
    private int Before(int place)
    {
        var found = Array.BinarySearch(starts, place);
        return found < 0 ? ~found : found;
    }
}
