using System.Text;

namespace Atrium.Inference.Llama;

/// <summary>Keeps tokens until the text that they begin with is let out. What a stop string swallowed is never let out.</summary>
internal sealed class SpokenTokens
{
    private readonly Queue<(TokenChoice Token, long Start)> _waiting = [];
    private long _read;
    private long _out;

    /// <summary>A token of the answer.</summary>
    public void Add(TokenChoice token)
    {
        _waiting.Enqueue((token, _read));
        _read += token.Bytes.Length;
    }

    /// <summary>The tokens that begin in this next piece of text.</summary>
    public IReadOnlyList<TokenChoice> Take(string piece)
    {
        _out += Encoding.UTF8.GetByteCount(piece);
        var taken = new List<TokenChoice>();
        while (_waiting.TryPeek(out var next) && next.Start < _out)
        {
            taken.Add(_waiting.Dequeue().Token);
        }

        return taken;
    }
}
