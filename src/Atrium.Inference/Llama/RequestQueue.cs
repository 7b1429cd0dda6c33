namespace Atrium.Inference.Llama;

/// <summary>
/// Conversations that wait for a slot, in a lane for each who asks. Whoever has the fewest conversations in slots comes next, and among those the one whose turn was
/// longest ago. Bounded, and no lane has all places; the cancelled ones give up theirs.
/// </summary>
internal sealed class RequestQueue(int capacity) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedList<LlamaRequest>> _lanes = new(StringComparer.Ordinal);

    /// <summary>The lanes with somebody in them, by their turn.</summary>
    private readonly List<string> _turns = [];
    private readonly SemaphoreSlim _wake = new(0);
    private readonly int _capacityOfLane = Math.Max(1, capacity * 3 / 4);
    private volatile bool _closed;

    /// <summary>Nothing comes any more.</summary>
    public bool Closed => _closed;

    /// <summary>False when the queue, or the request's lane, is full.</summary>
    public bool TryAdd(LlamaRequest request)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            DropCancelled();
            if (_lanes.Values.Sum(lane => lane.Count) >= capacity || _lanes.GetValueOrDefault(request.Lane)?.Count >= _capacityOfLane)
            {
                return false;
            }

            LaneOf(request).AddLast(request);
        }

        _wake.Release();
        return true;
    }

    /// <summary>Takes back one that had to leave its slot: the first of its lane, whatever the bound.</summary>
    public void Return(LlamaRequest request)
    {
        lock (_gate)
        {
            LaneOf(request).AddFirst(request);
        }
    }

    /// <summary>The next that still wants an answer, or null.</summary>
    /// <param name="running">How many conversations of a lane are in slots.</param>
    public LlamaRequest? TryTake(Func<string, int> running)
    {
        lock (_gate)
        {
            if (Neediest(running) is not { } lane)
            {
                return null;
            }

            var waiting = _lanes[lane];
            var first = waiting.First!.Value;
            waiting.RemoveFirst();
            _turns.Remove(lane);
            if (waiting.Count > 0)
            {
                _turns.Add(lane);
            }
            else
            {
                _lanes.Remove(lane);
            }

            return first;
        }
    }

    /// <summary>The lane that comes next, or null.</summary>
    public string? NextLane(Func<string, int> running)
    {
        lock (_gate)
        {
            return Neediest(running);
        }
    }

    /// <summary>Waits until there may be one, or the queue is closed.</summary>
    public void Wait() => _wake.Wait();

    /// <summary>Ends those that wait and takes no more.</summary>
    public void Close(Exception reason)
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var request in _lanes.Values.SelectMany(lane => lane))
            {
                request.Fail(reason);
                request.Release();
            }

            _lanes.Clear();
            _turns.Clear();
        }

        _wake.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();

    private string? Neediest(Func<string, int> running)
    {
        DropCancelled();
        return _turns.Count == 0 ? null : _turns.MinBy(running);
    }

    private LinkedList<LlamaRequest> LaneOf(LlamaRequest request)
    {
        if (!_lanes.TryGetValue(request.Lane, out var lane))
        {
            _lanes[request.Lane] = lane = [];
            _turns.Add(request.Lane);
        }

        return lane;
    }

    private void DropCancelled()
    {
        foreach (var lane in _turns.ToList())
        {
            for (var node = _lanes[lane].First; node is not null;)
            {
                var next = node.Next;
                if (node.Value.Cancelled)
                {
                    node.Value.Release();
                    _lanes[lane].Remove(node);
                }

                node = next;
            }

            if (_lanes[lane].Count == 0)
            {
                _lanes.Remove(lane);
                _turns.Remove(lane);
            }
        }
    }
}
