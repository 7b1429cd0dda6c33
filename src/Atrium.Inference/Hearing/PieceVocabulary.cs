using System.Text;
using Atrium.Inference.Conversion;
using Atrium.Inference.Packages;

namespace Atrium.Inference.Hearing;

/// <summary>The pieces that the recognizer writes with: 32000 of them, in UTF-8, a space written as U+2581.</summary>
internal sealed class PieceVocabulary
{
    private const string File = "pieces.txt";
    private const char Space = '\u2581';
    private const int FirstPiece = 3;
    private readonly byte[][] _pieces;
    private readonly Lazy<Dictionary<string, int>> _numbers;

    private PieceVocabulary(string[] pieces)
    {
        _pieces = [.. pieces.Select(BytesOf)];
        _numbers = new(() => Numbers(pieces));
    }

    public static ModelConversion Conversion { get; } = new(1, Convert);

    public static PieceVocabulary Read(string folder) => new(System.IO.File.ReadAllText(Path.Combine(folder, File)).Split('\n'));

    /// <summary>The bytes of a piece, which need not be whole characters; none for a mark such as the end.</summary>
    public ReadOnlySpan<byte> this[int token] => token >= FirstPiece && token < _pieces.Length ? _pieces[token] : [];

    /// <summary>Whether a word begins with it.</summary>
    public bool BeginsWord(int token) => this[token] is [(byte)' ', ..];

    /// <summary>Whether a word before it is over: it begins another, is punctuation, or the end.</summary>
    public bool EndsWord(int token) => this[token] is not [var first, ..] || !(first >= 0x80 || char.IsAsciiLetterOrDigit((char)first));

    /// <summary>
    /// The pieces that a text is written with, as the model learned it: from characters on, the neighbours that make the most common piece are joined first, and the
    /// vocabulary is in the order of that. What is in no piece is written in bytes.
    /// </summary>
    public IReadOnlyList<int> Split(string text)
    {
        List<string> parts = [.. text.EnumerateRunes().Select(rune => rune.ToString())];
        while (true)
        {
            var (best, at) = (int.MaxValue, -1);
            for (var i = 0; i + 1 < parts.Count; i++)
            {
                if (_numbers.Value.TryGetValue(parts[i] + parts[i + 1], out var number) && number < best)
                {
                    (best, at) = (number, i);
                }
            }

            if (at < 0)
            {
                return [.. parts.SelectMany(part => _numbers.Value.TryGetValue(part, out var whole) ? [whole] : Encoding.UTF8.GetBytes(part).Select(one => FirstPiece + one))];
            }

            parts[at] += parts[at + 1];
            parts.RemoveAt(at + 1);
        }
    }

    public string TextOf(IEnumerable<int> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            bytes.AddRange(this[token]);
        }

        return Encoding.UTF8.GetString([.. bytes]).Trim();
    }

    private static Dictionary<string, int> Numbers(string[] pieces)
    {
        var numbers = new Dictionary<string, int>(pieces.Length, StringComparer.Ordinal);
        for (var i = FirstPiece + 256; i < pieces.Length; i++)
        {
            numbers.TryAdd(pieces[i].Replace(Space, ' '), i);
        }

        return numbers;
    }

    private static byte[] BytesOf(string piece) => piece is ['<', '0', 'x', _, _, '>']
        ? [System.Convert.ToByte(piece[3..5], 16)]
        : Encoding.UTF8.GetBytes(piece.Replace(Space, ' '));

    /// <summary>The package is a script that holds the list in base64, a piece a line.</summary>
    private static void Convert(string folder)
    {
        const string before = "llama_vocab_base64 = \"";
        var script = Path.Combine(folder, "llama-tokenizer.js");
        var text = System.IO.File.ReadAllText(script);
        var start = text.IndexOf(before, StringComparison.Ordinal) + before.Length;
        var end = start < before.Length ? -1 : text.IndexOf('"', start);
        if (end < 0)
        {
            throw new ModelConversionException("The script holds no vocabulary.");
        }

        System.IO.File.WriteAllBytes(Path.Combine(folder, File), System.Convert.FromBase64String(text[start..end]));
        System.IO.File.Delete(script);
    }
}
