using System.Text;

namespace Atrium.Inference.Llama;

/// <summary>Makes text of the bytes that tokens stand for: whole characters only, up to the first stop string.</summary>
internal sealed class AnswerText(IReadOnlyList<string> stops)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StopScanner _scanner = new(stops);

    /// <summary>A stop string came. Nothing from it on is let out.</summary>
    public bool Stopped => _scanner.Stopped;

    /// <summary>Takes the bytes of a token and tells what text is sure by now.</summary>
    public string Add(ReadOnlySpan<byte> bytes)
    {
        var characters = new char[_decoder.GetCharCount(bytes, flush: false)];
        _decoder.GetChars(bytes, characters, flush: false);
        return _scanner.Add(new string(characters));
    }

    /// <summary>What was held back, when no more comes. A character that was cut off in the middle is left out.</summary>
    public string End() => _scanner.End();
}
