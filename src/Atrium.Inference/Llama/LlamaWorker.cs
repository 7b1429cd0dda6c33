namespace Atrium.Inference.Llama;

/// <summary>
/// The one thread that runs a model. Conversations take slots as they come; every turn reads one token of each that writes and as much
/// of the new prompts as fits, so that a newcomer neither waits for the others nor stops them.
/// </summary>
internal sealed class LlamaWorker(LlamaSession session, int slots, RequestQueue queue) : IDisposable
{
    private readonly LlamaRequest?[] _slots = new LlamaRequest?[slots];
    private readonly TokenBatch _batch = new(LlamaSession.BatchTokens);

    /// <summary>Runs until the queue is closed.</summary>
    public void Run()
    {
        while (Admit())
        {
            try
            {
                Turn();
            }
#pragma warning disable CA1031 // Whatever the native side did, it ends these conversations and not the process.
            catch (Exception error)
#pragma warning restore CA1031
            {
                ReleaseAll(error);
            }
        }

        ReleaseAll(new ObjectDisposedException(nameof(LlamaChatModel)));
    }

    /// <summary>Whether nobody waits for any of the answers in work. Asked by llama.cpp in the midst of its work.</summary>
    public bool NobodyWaits() => queue.Closed || Array.TrueForAll(_slots, request => request is null || request.Cancelled);

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    /// <summary>Fills free slots; waits when there is nothing at all to do. False when the queue is closed.</summary>
    private bool Admit()
    {
        Release(request => request.Cancelled);
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            _slots[slot] ??= queue.TryTake();
        }

        if (Array.TrueForAll(_slots, request => request is null))
        {
            _slots[0] = queue.Take();
        }

        return !queue.Closed;
    }

    private void Turn()
    {
        _batch.Clear();
        // Those that write first: one token each always fits, a long prompt takes what is left.
        for (var writing = 1; writing >= 0; writing--)
        {
            for (var slot = 0; slot < _slots.Length; slot++)
            {
                if (_slots[slot] is { } request && request.Writing == (writing == 1) && (writing == 1 || _batch.Room > 0))
                {
                    request.AddTo(_batch, slot);
                }
            }
        }

        if (session.Decode(_batch) == DecodeOutcome.Aborted)
        {
            return;
        }

        foreach (var request in _slots)
        {
            if (request is { OutputIndex: >= 0, Cancelled: false })
            {
                request.Advance(session);
            }
        }

        Release(request => request.Ended);
    }

    private void Release(Predicate<LlamaRequest> which)
    {
        for (var slot = 0; slot < _slots.Length; slot++)
        {
            if (_slots[slot] is { } request && which(request))
            {
                session.Forget(slot);
                request.Release();
                _slots[slot] = null;
            }
        }
    }

    private void ReleaseAll(Exception error)
    {
        foreach (var request in _slots)
        {
            request?.Fail(error);
        }

        Release(_ => true);
    }
}
