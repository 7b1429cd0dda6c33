namespace Atrium.Inference.Images;

/// <summary>
/// How many pixels of pictures may be in memory at the same time: four bytes each, and eight while one is decoded. A picture that finds no room waits in the lane of
/// the one who sent it; the lanes take turns, and none has all the room or all the places. Where too many wait, a picture is refused.
/// </summary>
public sealed class PictureBudget
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Lane> _lanes = new(StringComparer.Ordinal);

    /// <summary>Lanes in which somebody waits, by their turn.</summary>
    private readonly LinkedList<Lane> _turns = new();
    private readonly long _pixels;
    private readonly long _pixelsPerLane;
    private readonly int _places;
    private readonly int _placesPerLane;
    private long _taken;
    private int _waiting;

    /// <summary>A budget.</summary>
    /// <param name="pixels">In memory at the same time; a picture that is larger has its turn alone.</param>
    /// <param name="places">Pictures that may wait.</param>
    public PictureBudget(long pixels, int places) =>
        (_pixels, _pixelsPerLane, _places, _placesPerLane) = (pixels, pixels * 3 / 4, places, Math.Max(1, places * 3 / 4));

    /// <summary>Pixels that are in memory now.</summary>
    public long Taken
    {
        get
        {
            lock (_gate)
            {
                return _taken;
            }
        }
    }

    /// <summary>Room for a picture, until it is disposed.</summary>
    /// <param name="lane">Who sent it.</param>
    /// <param name="pixels">How many it has.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="InferenceQueueFullException">Too many wait.</exception>
    public async Task<IDisposable> TakeAsync(string lane, long pixels, CancellationToken cancellationToken)
    {
        TaskCompletionSource? turn = null;
        Lane mine;
        lock (_gate)
        {
            mine = _lanes.TryGetValue(lane, out var found) ? found : _lanes[lane] = new(lane);
            if (mine.Waiting.Count == 0 && Fits(mine, pixels) && !_turns.Any(WaitsForRoom))
            {
                Give(mine, pixels);
            }
            else if (_waiting >= _places || mine.Waiting.Count >= _placesPerLane)
            {
                Forget(mine);
                throw new InferenceQueueFullException("images", RetryAfter);
            }
            else
            {
                turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
                Queue(mine, pixels, turn);
            }
        }

        if (turn is not null)
        {
            using var stop = cancellationToken.UnsafeRegister(static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn);
            try
            {
                await turn.Task;
            }
            catch (OperationCanceledException)
            {
                // It may have stood in the way of those behind it.
                Return(mine, 0);
                throw;
            }
        }

        return new Room(this, mine, pixels);
    }

    private bool Fits(Lane lane, long pixels) => _taken == 0 || (_taken + pixels <= _pixels && IsWithinShare(lane, pixels));

    private bool IsWithinShare(Lane lane, long pixels) => lane.Taken == 0 || lane.Taken + pixels <= _pixelsPerLane;

    /// <summary>Whether a lane stands still for want of room that others have. It keeps those behind it from taking that for ever, piece by piece.</summary>
    private bool WaitsForRoom(Lane lane) => FirstOf(lane) is { } waiting && IsWithinShare(lane, waiting.Pixels);

    private void Give(Lane lane, long pixels)
    {
        _taken += pixels;
        lane.Taken += pixels;
    }

    private void Queue(Lane lane, long pixels, TaskCompletionSource turn)
    {
        lane.Waiting.Enqueue((pixels, turn));
        _waiting++;
        if (lane.Waiting.Count == 1)
        {
            _turns.AddLast(lane);
        }
    }

    /// <summary>Gives room back, and to whoever comes next.</summary>
    private void Return(Lane lane, long pixels)
    {
        lock (_gate)
        {
            Give(lane, -pixels);
            Forget(lane);
            for (var node = _turns.First; node is not null;)
            {
                var (next, first) = (node.Next, FirstOf(node.Value));
                if (first is not { } waiting)
                {
                    _turns.Remove(node);
                    Forget(node.Value);
                }
                else if (Fits(node.Value, waiting.Pixels))
                {
                    // Its lane stands behind the others now.
                    Start(node);
                    next = _turns.First;
                }
                else if (WaitsForRoom(node.Value))
                {
                    return;
                }

                node = next;
            }
        }
    }

    private void Start(LinkedListNode<Lane> node)
    {
        var lane = node.Value;
        var (pixels, turn) = lane.Waiting.Dequeue();
        _waiting--;
        _turns.Remove(node);
        if (turn.TrySetResult())
        {
            Give(lane, pixels);
        }

        if (lane.Waiting.Count > 0)
        {
            _turns.AddLast(node);
        }
    }

    /// <summary>The first of a lane that has not gone away meanwhile.</summary>
    private (long Pixels, TaskCompletionSource Turn)? FirstOf(Lane lane)
    {
        while (lane.Waiting.TryPeek(out var first))
        {
            if (!first.Turn.Task.IsCompleted)
            {
                return first;
            }

            lane.Waiting.Dequeue();
            _waiting--;
        }

        return null;
    }

    private void Forget(Lane lane)
    {
        if (lane.Taken == 0 && lane.Waiting.Count == 0)
        {
            _lanes.Remove(lane.Name);
        }
    }

    private sealed class Lane(string name)
    {
        public string Name { get; } = name;

        public long Taken { get; set; }

        public Queue<(long Pixels, TaskCompletionSource Turn)> Waiting { get; } = new();
    }

    private sealed class Room(PictureBudget budget, Lane lane, long pixels) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                budget.Return(lane, pixels);
            }
        }
    }
}
