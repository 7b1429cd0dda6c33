using System.Diagnostics;

namespace Atrium.Inference.Embeddings;

/// <summary>A place in a batch: one window of one call.</summary>
internal readonly record struct BatchItem(EmbeddingCall Call, int Window);

/// <summary>
/// The calls that wait for the model, with a bound. They stand in lanes, one for each who asks, and the lanes take turns, as do the calls of a lane: neither a large
/// call nor many calls hold others up. No lane has the whole queue. Workers take batches.
/// While one batch runs, the next one gathers by itself. After a batch of several callers a worker gives them a moment to come back,
/// so that they are again answered together; a lone caller never waits.
/// </summary>
internal sealed class EmbeddingQueue(InferenceLimits limits)
{
    /// <summary>How long callers have to come back. A run of the model takes about as long.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    // An object and not a Lock: workers wait on it.
    private readonly object _gate = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);
    private readonly Queue<Lane> _turns = new();
    private readonly int _mostPerLane = Math.Max(1, limits.MaxQueuedWindows * 3 / 4);
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
            if (!HasRoom(call))
            {
                DropCancelled();
                if (!HasRoom(call))
                {
                    return false;
                }
            }

            if (!_lanes.TryGetValue(call.Lane, out var lane))
            {
                _lanes[call.Lane] = lane = new(call.Lane);
                _turns.Enqueue(lane);
            }

            _waiting += call.Windows;
            lane.Waiting += call.Windows;
            lane.Calls.Enqueue(call);
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
                    if (_turns.Count > 0)
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
            foreach (var call in _turns.SelectMany(lane => lane.Calls))
            {
                call.Fail(new ObjectDisposedException(nameof(EmbeddingQueue)));
            }

            _turns.Clear();
            _lanes.Clear();
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

    /// <summary>An empty queue has room for any call.</summary>
    private bool HasRoom(EmbeddingCall call) => _waiting == 0
        || (_waiting + call.Windows <= limits.MaxQueuedWindows && (!_lanes.TryGetValue(call.Lane, out var lane) || lane.Waiting + call.Windows <= _mostPerLane));

    private void Fill(List<BatchItem> batch)
    {
        while (batch.Count < limits.MaxBatchWindows && _turns.TryDequeue(out var lane))
        {
            TakeTurn(lane, batch, Math.Min(limits.MaxWindowsPerTurn, limits.MaxBatchWindows - batch.Count));
            if (lane.Calls.Count > 0)
            {
                _turns.Enqueue(lane);
            }
            else
            {
                _lanes.Remove(lane.Name);
            }
        }
    }

    private void TakeTurn(Lane lane, List<BatchItem> batch, int most)
    {
        while (most > 0 && lane.Calls.TryDequeue(out var call))
        {
            var rest = call.Windows - call.Taken;
            var isOver = call.IsOver;
            var take = isOver ? rest : Math.Min(rest, most);
            for (var i = 0; i < take && !isOver; i++)
            {
                batch.Add(new(call, call.Taken + i));
            }

            most -= isOver ? 0 : take;
            call.Taken += take;
            lane.Waiting -= take;
            _waiting -= take;
            if (call.Taken < call.Windows)
            {
                lane.Calls.Enqueue(call);
            }
        }
    }

    private void DropCancelled()
    {
        for (var i = _turns.Count; i > 0; i--)
        {
            var lane = _turns.Dequeue();
            var dropped = lane.DropCancelled();
            _waiting -= dropped;
            if (lane.Calls.Count > 0)
            {
                _turns.Enqueue(lane);
            }
            else
            {
                _lanes.Remove(lane.Name);
            }
        }
    }

    /// <summary>The calls of one who asks.</summary>
    private sealed class Lane(string name)
    {
        public string Name => name;

        public Queue<EmbeddingCall> Calls { get; } = new();

        /// <summary>Windows of them that wait.</summary>
        public int Waiting { get; set; }

        /// <summary>How many windows nobody waits for any more.</summary>
        public int DropCancelled()
        {
            var dropped = 0;
            for (var i = Calls.Count; i > 0; i--)
            {
                var call = Calls.Dequeue();
                if (call.IsOver)
                {
                    dropped += call.Windows - call.Taken;
                }
                else
                {
                    Calls.Enqueue(call);
                }
            }

            Waiting -= dropped;
            return dropped;
        }
    }
}
