using Atrium.Inference.Embeddings;

namespace Atrium.Inference.Heads;

/// <summary>
/// Cuts a text into the pieces that are judged one by one, so that one bad sentence is found in a long text. A piece ends at a full stop,
/// question or exclamation mark or line end; pieces of a word or two go with the next one, since alone they mean nothing.
/// </summary>
internal static class SentenceSplitter
{
    private const int MinPieceLength = 12;

    /// <summary>A longer piece (text without punctuation) is cut at a space.</summary>
    private const int MaxPieceLength = 400;

    /// <summary>Up to this length the text as a whole is judged too, for what only sentences together say.</summary>
    private const int MaxWholeLength = 400;

    /// <summary>What is judged of a text: its sentences and, if it is short, all of it. Look-alike and invisible characters are folded away.</summary>
    public static IReadOnlyList<string> PiecesOf(string text)
    {
        var sentences = Split(text);
        IEnumerable<string> pieces = sentences.Count > 1 && text.Length <= MaxWholeLength ? [.. sentences, text] : sentences;
        return [.. pieces.Select(TextFolding.Fold)];
    }

    public static IReadOnlyList<string> Split(string text)
    {
        var pieces = new List<string>();
        var start = 0;
        var lastSpace = -1;
        for (var i = 0; i < text.Length; i++)
        {
            var length = i + 1 - start;
            if (EndsSentence(text, i) && length >= MinPieceLength)
            {
                Cut(i + 1);
            }
            else if (length >= MaxPieceLength)
            {
                Cut(lastSpace > start ? lastSpace + 1 : i + 1);
            }
            else if (text[i] == ' ')
            {
                lastSpace = i;
            }
        }

        Cut(text.Length);
        return pieces;

        void Cut(int end)
        {
            var piece = text[start..end].Trim();
            if (piece.Length > 0)
            {
                pieces.Add(piece);
            }

            start = end;
        }
    }

    private static bool EndsSentence(string text, int i) => text[i] switch
    {
        '\n' or '!' or '?' or ';' => true,
        '.' => i + 1 == text.Length || char.IsWhiteSpace(text[i + 1]),
        _ => false,
    };
}
