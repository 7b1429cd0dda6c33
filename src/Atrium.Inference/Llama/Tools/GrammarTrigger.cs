using System.Text;
using Atrium.Inference.Llama.Grammars;

namespace Atrium.Inference.Llama.Tools;

/// <summary>Watches an answer for the text that begins a call of a tool.</summary>
/// <param name="text">What begins a call. A control token of that spelling is shown as this text, which control tokens otherwise are not.</param>
/// <param name="grammar">What the answer keeps to from there on, made beforehand: on the worker's thread a grammar that is refused would end everybody's answers.
/// Null leaves the answer free, or to the grammar that it has from its beginning.</param>
internal sealed class GrammarTrigger(string text, GrammarConstraint? grammar) : IDisposable
{
    private readonly byte[] _bytes = Encoding.UTF8.GetBytes(text);
    private readonly List<byte> _tail = [];
    private bool _hasCome;

    public GrammarConstraint? Grammar => grammar;

    /// <inheritdoc/>
    public void Dispose() => grammar?.Dispose();

    /// <summary>The bytes of the control token that is spelt like the trigger; null for any other.</summary>
    public byte[]? Shown(int token, LlamaSession session) => session.Piece(token).Length == 0 && session.SpellingOf(token) == text ? _bytes : null;

    /// <summary>Whether with these bytes the answer ends with the trigger for the first time. Where more follows in the same token it is left free.</summary>
    public bool Comes(ReadOnlySpan<byte> next)
    {
        if (grammar is null || _hasCome)
        {
            return false;
        }

        _tail.AddRange(next);
        _tail.RemoveRange(0, Math.Max(0, _tail.Count - _bytes.Length));
        return _hasCome = _tail.Count == _bytes.Length && System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_tail).SequenceEqual(_bytes);
    }
}
