namespace Atrium.Inference.Embeddings;

/// <summary>
/// One caller's texts on their way through the queue, cut into windows that the model can read.
/// Windows may run in several batches and on several workers; the last one completes the call.
/// </summary>
internal sealed class EmbeddingCall
{
    private readonly TaskCompletionSource<IReadOnlyList<Embedding>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly int[][] _texts;
    private readonly Window[] _windows;
    private readonly float[][] _vectors;
    private int _left;

    public EmbeddingCall(int[][] texts, int windowTokens)
    {
        _texts = texts;
        _windows = [.. texts.SelectMany((tokens, text) => Cut(text, tokens.Length, windowTokens))];
        _vectors = new float[_windows.Length][];
        _left = _windows.Length;
    }

    /// <summary>On whose account.</summary>
    public string Lane { get; init; } = "";

    public int Windows => _windows.Length;

    /// <summary>How many windows were given to batches. Only the queue touches this, under its lock.</summary>
    public int Taken { get; set; }

    public Task<IReadOnlyList<Embedding>> Completion => _completion.Task;

    /// <summary>True once nobody waits for the answer any more.</summary>
    public bool IsOver => _completion.Task.IsCompleted;

    public ReadOnlySpan<int> TokensOf(int window)
    {
        var (text, start, length) = _windows[window];
        return _texts[text].AsSpan(start, length);
    }

    public void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);

    public void Fail(Exception error) => _completion.TrySetException(error);

    public void Complete(int window, float[] vector)
    {
        _vectors[window] = vector;
        if (Interlocked.Decrement(ref _left) == 0)
        {
            _completion.TrySetResult(Combine());
        }
    }

    private static IEnumerable<Window> Cut(int text, int tokens, int windowTokens)
    {
        // Windows of even length: a last one of a few tokens would say little and count for its share of the mean.
        var count = (tokens + windowTokens - 1) / windowTokens;
        for (var i = 0; i < count; i++)
        {
            var start = tokens * i / count;
            yield return new(text, start, (tokens * (i + 1) / count) - start);
        }
    }

    private Embedding[] Combine()
    {
        var embeddings = new Embedding[_texts.Length];
        for (var window = 0; window < _windows.Length;)
        {
            var first = window;
            var text = _windows[first].Text;
            while (window < _windows.Length && _windows[window].Text == text)
            {
                window++;
            }

            var vector = window == first + 1 ? _vectors[first] : VectorMath.Direction(_vectors.AsSpan(first, window - first));
            embeddings[text] = new(vector, _texts[text].Length);
        }

        return embeddings;
    }

    private readonly record struct Window(int Text, int Start, int Length);
}
