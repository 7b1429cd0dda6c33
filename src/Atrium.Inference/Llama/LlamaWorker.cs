namespace Atrium.Inference.Llama;

/// <summary>
/// The one thread that runs a model. Conversations take slots as they come; every turn reads one token of each that writes and as much
/// of the new prompts as fits, so that a newcomer neither waits for the others nor stops them. A slot keeps what it has read for the next
/// conversation that begins alike.
/// </summary>
internal sealed class LlamaWorker(LlamaSession session, int slots, RequestQueue queue) : IDisposable
{
    /// <summary>Tokens of prompts in one turn while others write: they wait for the whole turn.</summary>
    private const int PromptTokensBesideWriters = 64;

    private readonly LlamaSlot[] _slots = [.. Enumerable.Range(0, slots).Select(sequence => new LlamaSlot(sequence))];
    private readonly TokenBatch _batch = new(LlamaSession.BatchTokens);

    /// <summary>Those in the batch that is being read. Looked at by llama.cpp's threads.</summary>
    private volatile LlamaRequest[] _reading = [];
    private long _uses;

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
                EndAll(error);
            }
        }

        EndAll(new ObjectDisposedException(nameof(LlamaChatModel)));
    }

    /// <summary>Whether nobody waits for anything that is being read. Asked by llama.cpp in the midst of its work.</summary>
    public bool NobodyWaits() => queue.Closed || (_reading is { Length: > 0 } reading && Array.TrueForAll(reading, request => request.Cancelled));

    /// <inheritdoc/>
    public void Dispose() => _batch.Dispose();

    /// <summary>Fills free slots; waits when there is nothing at all to do. False when the queue is closed.</summary>
    private bool Admit()
    {
        Release(request => request.Cancelled);
        while (!queue.Closed)
        {
            while ((Array.Exists(_slots, slot => slot.Request is null) || MakeWay()) && queue.TryTake(RunningOf) is { } request)
            {
                Place(request);
            }

            if (Array.Exists(_slots, slot => slot.Request is not null))
            {
                return !queue.Closed;
            }

            queue.Wait();
        }

        return false;
    }

    private int RunningOf(string lane) => _slots.Count(slot => slot.Request?.Lane == lane);

    /// <summary>Takes a slot from a lane that has two more than the one that waits. What was read so far is read again later, or is still there then.</summary>
    private bool MakeWay()
    {
        if (queue.NextLane(RunningOf) is not { } lane)
        {
            return false;
        }

        var most = _slots.Max(slot => RunningOf(slot.Request!.Lane));
        if (most < RunningOf(lane) + 2)
        {
            return false;
        }

        // The newest has the least to read again. One with a seed has to read its answer token by token.
        var leaving = _slots.Where(slot => RunningOf(slot.Request!.Lane) == most).OrderBy(slot => slot.Request!.IsExact).ThenByDescending(slot => slot.LastUse).First();
        var request = leaving.Request!;
        leaving.End();
        queue.Return(request);
        return true;
    }

    private void Place(LlamaRequest request)
    {
        var choice = SlotChoice.Of([.. _slots.Select((slot, index) => new SlotView(index, slot.Request is null, slot.Held.Length, slot.CommonWith(request), slot.LastUse))]);
        var slot = _slots[choice.Index];
        if (choice.From is { } from)
        {
            session.Copy(_slots[from].Sequence, slot.Sequence);
        }

        // Some kinds of memory cannot be cut; those begin anew.
        slot.Begin(request, session.TryCut(slot.Sequence, choice.Common) ? choice.Common : 0, ++_uses);
    }

    private void Turn()
    {
        var active = _slots.Where(slot => slot.Request is not null).ToList();
        var room = active.Exists(slot => slot.Request!.Writing) ? PromptTokensBesideWriters : LlamaSession.BatchTokens;
        foreach (var together in active.GroupBy(slot => (slot.Request!.Adapter, Alone: slot.Request.IsExact ? slot.Sequence : -1)))
        {
            Read([.. together.Where(slot => !slot.Request!.Cancelled)], room);
        }

        Release(request => request.Ended);
    }

    private void Read(IReadOnlyList<LlamaSlot> together, int room)
    {
        _batch.Clear();
        // Those that write first: one token each always fits, a long prompt takes what is left.
        foreach (var slot in together.OrderByDescending(slot => slot.Request!.Writing))
        {
            room -= slot.Request!.AddTo(_batch, slot.Sequence, slot.Request.Writing ? 1 : Math.Min(room, _batch.Room));
        }

        if (_batch.Count == 0)
        {
            return;
        }

        session.UseAdapter(together[0].Request!.Adapter);
        _reading = [.. together.Select(slot => slot.Request!)];
        var outcome = session.Decode(_batch);
        _reading = [];
        foreach (var slot in together)
        {
            if (outcome is DecodeOutcome.Done)
            {
                slot.Request!.Advance(session);
            }
            else if (slot.Request!.Cancelled)
            {
                // How far it came is not known.
                slot.Request.Release();
                session.Forget(slot.Sequence);
                slot.EndAndForget();
            }
        }
    }

    private void Release(Predicate<LlamaRequest> which)
    {
        foreach (var slot in _slots.Where(slot => slot.Request is { } request && which(request)))
        {
            slot.Request!.Release();
            slot.End();
        }
    }

    private void EndAll(Exception error)
    {
        _reading = [];
        foreach (var slot in _slots)
        {
            slot.Request?.Fail(error);
            slot.Request?.Release();
            session.Forget(slot.Sequence);
            slot.EndAndForget();
        }
    }
}
