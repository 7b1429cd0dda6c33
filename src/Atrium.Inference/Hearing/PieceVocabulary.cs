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

    private PieceVocabulary(byte[][] pieces) => _pieces = pieces;

    public static ModelConversion Conversion { get; } = new(1, Convert);

    public static PieceVocabulary Read(string folder) => new([.. System.IO.File.ReadAllText(Path.Combine(folder, File)).Split('\n').Select(BytesOf)]);

    /// <summary>The bytes of a piece, which need not be whole characters; none for a mark such as the end.</summary>
    public ReadOnlySpan<byte> this[int token] => token >= FirstPiece && token < _pieces.Length ? _pieces[token] : [];

    /// <summary>Whether a word begins with it.</summary>
    public bool BeginsWord(int token) => this[token] is [(byte)' ', ..];

    public string TextOf(IEnumerable<int> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            bytes.AddRange(this[token]);
        }

        return Encoding.UTF8.GetString([.. bytes]).Trim();
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
