namespace Atrium.Inference.Embeddings;

/// <summary>
/// Text embeddings by Universal Sentence Encoder lite (English). The model reads 128 tokens at once. A longer text is read in windows
/// of even length and its vector is their common direction, so every token counts and nothing is cut.
/// </summary>
public sealed class UseLiteEmbedder : ITextEmbedder, IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly InferenceLimits _limits;
    private readonly UnigramTokenizer _tokenizer;
    private readonly UseLiteSession _session;
    private readonly EmbeddingQueue _queue;
    private readonly List<Thread> _workers;
    private bool _disposed;

    private UseLiteEmbedder(UnigramTokenizer tokenizer, UseLiteSession session, InferenceLimits limits)
    {
        _tokenizer = tokenizer;
        _session = session;
        _limits = limits;
        _queue = new(limits);

        // Threads of their own: a run keeps its thread busy for milliseconds, which the shared pool would answer by starving the web server.
        _workers = [.. Enumerable.Range(0, limits.Workers).Select(i => new Thread(Work) { IsBackground = true, Name = $"{UseLiteModel.Name}-{i}" })];
        _workers.ForEach(worker => worker.Start());
    }

    /// <inheritdoc/>
    public string Name => UseLiteModel.Name;

    /// <inheritdoc/>
    public int Dimensions => UseLiteModel.Dimensions;

    /// <inheritdoc/>
    public int MaxTokens => _limits.MaxWindowsPerText * UseLiteModel.WindowTokens;

    /// <summary>Windows that wait for the model.</summary>
    public int QueuedWindows => _queue.Waiting;

    /// <summary>Loads the model from the folder of its package and runs it once, so that the first caller does not pay for the start.</summary>
    public static UseLiteEmbedder Open(string modelFolder, InferenceLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        limits.Check();
        var tokenizer = UnigramTokenizer.Read(UseLiteModel.VocabularyFile(modelFolder));
        var session = new UseLiteSession(UseLiteModel.ModelFile(modelFolder));
        var warmUp = new EmbeddingCall([tokenizer.Encode("Hello, how are you?")], UseLiteModel.WindowTokens);
        session.Run([new(warmUp, 0)], new(UseLiteModel.WindowTokens));
        return new(tokenizer, session, limits);
    }

    /// <inheritdoc/>
    public int CountTokens(string text) => _tokenizer.Encode(text).Length;

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Embedding>> EmbedAsync(IReadOnlyList<string> texts, string lane, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        cancellationToken.ThrowIfCancellationRequested();
        if (texts.Count == 0)
        {
            return [];
        }

        var call = new EmbeddingCall(Encode(texts), UseLiteModel.WindowTokens) { Lane = lane };
        if (!_queue.TryAdd(call))
        {
            throw new InferenceQueueFullException(Name, RetryAfter);
        }

        await using (cancellationToken.UnsafeRegister(static (call, token) => ((EmbeddingCall)call!).Cancel(token), call))
        {
            return await call.Completion;
        }
    }

    /// <summary>Ends the workers; calls that still wait fail.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _queue.Close();
        _workers.ForEach(worker => worker.Join());
        _session.Dispose();
    }

    private int[][] Encode(IReadOnlyList<string> texts)
    {
        var encoded = new int[texts.Count][];
        for (var i = 0; i < encoded.Length; i++)
        {
            encoded[i] = _tokenizer.Encode(texts[i]);
            if (encoded[i].Length > MaxTokens)
            {
                throw new TextTooLongException(i, encoded[i].Length, MaxTokens);
            }
        }

        return encoded;
    }

    private void Work()
    {
        var buffers = new BatchBuffers(_limits.MaxBatchWindows * UseLiteModel.WindowTokens);
        var batch = new List<BatchItem>(_limits.MaxBatchWindows);
        var before = 0;
        while (_queue.Take(batch, before))
        {
            try
            {
                var vectors = _session.Run(batch, buffers);
                for (var i = 0; i < vectors.Length; i++)
                {
                    batch[i].Call.Complete(batch[i].Window, vectors[i]);
                }
            }
            catch (Exception error)
            {
                // Whatever went wrong, it belongs to the callers of this batch; the worker goes on with the next one.
                batch.ForEach(item => item.Call.Fail(error));
            }

            before = batch.Count;
            batch.Clear();
        }
    }
}
