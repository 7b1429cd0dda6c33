using System.Diagnostics;

namespace Atrium.Inference.Embeddings;

/// <summary>A place in a batch: one window of one call.</summary>
internal readonly record struct BatchItem(EmbeddingCall Call, int Window);

/// <summary>
/// The calls that wait for the model, with a bound. Workers take batches; a large call gives way to others after each turn.
/// While one batch runs, the next one gathers by itself. After a batch of several callers a worker gives them a moment to come back,
/// so that they are again answered together; a lone caller never waits.
/// </summary>
internal sealed class EmbeddingQueue(InferenceLimits limits)
{
    /// <summary>How long callers have to come back. A run of the model takes about as long.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    // An object and not a Lock: workers wait on it.
    private readonly object _gate = new();
    private readonly Queue<EmbeddingCall> _calls = new();
    private int _waiting;
    private bool _closed;

    /// <summary>Windows that wait. Cancelled ones count until a worker comes across them.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting;
            }
        }
    }

    /// <summary>False if the queue is full; nothing was queued then.</summary>
    public bool TryAdd(EmbeddingCall call)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (_waiting > 0 && _waiting + call.Windows > limits.MaxQueuedWindows)
            {
                DropCancelled();
                if (_waiting > 0 && _waiting + call.Windows > limits.MaxQueuedWindows)
                {
                    return false;
                }
            }

            _waiting += call.Windows;
            _calls.Enqueue(call);
            Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Fills an empty batch, waiting for work; false once the queue is closed.</summary>
    /// <param name="batch">Where the places go.</param>
    /// <param name="before">How many places this worker's last batch had.</param>
    public bool Take(List<BatchItem> batch, int before)
    {
        lock (_gate)
        {
            if (before > 1)
            {
                Gather(before);
            }

            while (!_closed)
            {
                Fill(batch);
                if (batch.Count > 0)
                {
                    if (_calls.Count > 0)
                    {
                        Monitor.Pulse(_gate);
                    }

                    return true;
                }

                Monitor.Wait(_gate);
            }

            return false;
        }
    }

    /// <summary>Lets the workers go and fails the calls that still wait.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            while (_calls.TryDequeue(out var call))
            {
                call.Fail(new ObjectDisposedException(nameof(EmbeddingQueue)));
            }

            _waiting = 0;
            Monitor.PulseAll(_gate);
        }
    }

    private void Gather(int wanted)
    {
        var begin = Stopwatch.GetTimestamp();
        while (!_closed && _waiting < wanted && Stopwatch.GetElapsedTime(begin) < Moment)
        {
            Monitor.Wait(_gate, Moment);
        }
    }

    private void Fill(List<BatchItem> batch)
    {
        while (batch.Count < limits.MaxBatchWindows && _calls.TryDequeue(out var call))
        {
            var rest = call.Windows - call.Taken;
            var take = call.IsOver ? rest : Math.Min(rest, Math.Min(limits.MaxWindowsPerTurn, limits.MaxBatchWindows - batch.Count));
            for (var i = 0; i < take && !call.IsOver; i++)
            {
                batch.Add(new(call, call.Taken + i));
            }

            call.Taken += take;
            _waiting -= take;
            if (call.Taken < call.Windows)
            {
                _calls.Enqueue(call);
            }
        }
    }

    private void DropCancelled()
    {
        for (var i = _calls.Count; i > 0; i--)
        {
            var call = _calls.Dequeue();
            if (call.IsOver)
            {
                _waiting -= call.Windows - call.Taken;
            }
            else
            {
                _calls.Enqueue(call);
            }
        }
    }
}
