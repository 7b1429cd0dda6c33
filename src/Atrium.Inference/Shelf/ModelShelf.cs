namespace Atrium.Inference.Shelf;

/// <summary>
/// Models that share a budget of memory. Each is opened when it is first asked for, stays open while it is in use, and is closed when it was idle for long or
/// when another one needs its room, the one used longest ago first. Where nothing can go the newcomer waits a while for its turn.
/// </summary>
public sealed class ModelShelf : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestSweep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestSweep = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly ShelfLimits _limits;
    private readonly TimeProvider _time;
    private readonly List<ShelfPlace> _places = [];
    private readonly LinkedList<RoomWait> _waiting = [];
    private readonly ITimer? _sweep;
    private long _taken;
    private long _closing;
    private bool _closed;

    /// <summary>An empty shelf.</summary>
    public ModelShelf(ShelfLimits limits, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(time);
        limits.Check();
        (_limits, _time) = (limits, time);
        if (limits.IdleTime > TimeSpan.Zero)
        {
            var period = new TimeSpan(Math.Clamp(limits.IdleTime.Ticks / 4, ShortestSweep.Ticks, LongestSweep.Ticks));
            _sweep = time.CreateTimer(_ => CloseIdle(), null, period, period);
        }
    }

    /// <summary>The memory that all models together may take.</summary>
    public long MemoryBytes => _limits.MemoryBytes;

    /// <summary>The models and how each is, by name.</summary>
    public IReadOnlyList<ModelStatus> Models
    {
        get
        {
            lock (_gate)
            {
                return [.. _places.Where(place => !place.IsRetired).Select(place => place.Status).OrderBy(status => status.Name, StringComparer.OrdinalIgnoreCase)];
            }
        }
    }

    /// <summary>Models that wait for room.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Puts a model on the shelf. Nothing is opened yet.</summary>
    /// <param name="name">For people.</param>
    /// <param name="bytes">What it takes when it is open.</param>
    /// <param name="open">Opens it. What it gives is disposed when it is closed, where it can be.</param>
    public ShelvedModel<T> Add<T>(string name, long bytes, Func<CancellationToken, Task<T>> open)
        where T : class
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        // The opening is shared, so one caller's going away must not end it for the others.
        var place = new ShelfPlace(name, bytes, async () => await open(CancellationToken.None));
        lock (_gate)
        {
            _places.Add(place);
        }

        return new(this, place);
    }

    /// <summary>Takes a model off the shelf. Those who use it keep it until they are done.</summary>
    public void Remove<T>(ShelvedModel<T> model)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(model);
        lock (_gate)
        {
            model.Place.IsRetired = true;
            Settle(model.Place);
        }
    }

    /// <summary>Closes everything, also what is in use.</summary>
    public async ValueTask DisposeAsync()
    {
        Task<object>[] openings;
        lock (_gate)
        {
            _closed = true;
            openings = [.. _places.Select(place => place.Opening).OfType<Task<object>>()];
            foreach (var wait in _waiting.ToList())
            {
                End(wait, new ObjectDisposedException(nameof(ModelShelf)));
            }
        }

        _sweep?.Dispose();
        await ((Task)Task.WhenAll(openings)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Task[] closings;
        lock (_gate)
        {
            _places.FindAll(place => place.Model is not null).ForEach(Close);
            closings = [.. _places.Select(place => place.Closing)];
        }

        await Task.WhenAll(closings);
    }

    /// <summary>The open model, with a user more.</summary>
    internal ValueTask<object> TakeAsync(ShelfPlace place, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            place.Users++;
            if (place.Model is { } model)
            {
                return new(model);
            }

            if (place.IsRetired && !_places.Contains(place))
            {
                _places.Add(place);
            }

            place.Opening ??= Task.Run(() => OpenAsync(place), CancellationToken.None);
            return new(WaitAsync(place, place.Opening, cancellationToken));
        }
    }

    /// <summary>A user less.</summary>
    internal void Return(ShelfPlace place)
    {
        lock (_gate)
        {
            place.LastUse = _time.GetUtcNow();
            place.Users--;
            Settle(place);
        }
    }

    private async Task<object> WaitAsync(ShelfPlace place, Task<object> opening, CancellationToken cancellationToken)
    {
        try
        {
            return await opening.WaitAsync(cancellationToken);
        }
        catch
        {
            Return(place);
            throw;
        }
    }

    private async Task<object> OpenAsync(ShelfPlace place)
    {
        var hasRoom = false;
        try
        {
            await place.Closing;
            await RoomFor(place);
            hasRoom = true;
            var model = await place.Open();
            lock (_gate)
            {
                (place.Model, place.Opening) = (model, null);
                place.LastUse = _time.GetUtcNow();
                Settle(place);
            }

            return model;
        }
        catch (Exception failure)
        {
            lock (_gate)
            {
                // One that nobody waited for any more has made way for the next opening already.
                place.Opening = failure is OperationCanceledException && !hasRoom ? place.Opening : null;
                _taken -= hasRoom ? place.Bytes : 0;
                Settle(place);
            }

            throw;
        }
    }

    /// <summary>Completes when the model's bytes are its own.</summary>
    private Task RoomFor(ShelfPlace place)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (place.Bytes > _limits.MemoryBytes)
            {
                throw ModelMemoryException.TooLarge(place.Name, place.Bytes, _limits.MemoryBytes);
            }

            if (_waiting.Count >= _limits.MaxWaiting)
            {
                throw NoRoomFor(place);
            }

            var wait = new RoomWait(place);
            _waiting.AddLast(wait);
            GiveRoom();
            if (!wait.Room.IsCompleted)
            {
                wait.Timer = _time.CreateTimer(_ => GiveUp(wait), null, _limits.MaxWait, Timeout.InfiniteTimeSpan);
            }

            return wait.Room;
        }
    }

    /// <summary>Room goes to those who wait in their order. Models are closed for the first only when that makes room enough.</summary>
    private void GiveRoom()
    {
        while (_waiting.First is { Value: var wait })
        {
            if (wait.Place.Users == 0)
            {
                wait.Place.Opening = null;
                End(wait, new OperationCanceledException());
                continue;
            }

            if (wait.Place.Bytes > _limits.MemoryBytes - _taken)
            {
                CloseFor(wait.Place.Bytes - (_limits.MemoryBytes - _taken + _closing));
                return;
            }

            _taken += wait.Place.Bytes;
            End(wait, null);
        }
    }

    private void CloseFor(long missing)
    {
        var idle = _places.Where(place => place.IsIdle).OrderBy(place => place.LastUse).ToList();
        if (idle.Sum(place => place.Bytes) < missing)
        {
            return;
        }

        foreach (var place in idle.TakeWhile(_ => missing > 0))
        {
            missing -= place.Bytes;
            Close(place);
        }
    }

    private void CloseIdle()
    {
        lock (_gate)
        {
            var since = _time.GetUtcNow() - _limits.IdleTime;
            _places.FindAll(place => place.IsIdle && place.LastUse <= since).ForEach(Close);
        }
    }

    /// <summary>Does what a model's new state asks for, once nobody uses it.</summary>
    private void Settle(ShelfPlace place)
    {
        if (place.Users > 0)
        {
            return;
        }

        if (place is { IsRetired: true, Model: not null })
        {
            Close(place);
        }
        else if (place is { IsRetired: true, Opening: null, Closing.IsCompleted: true })
        {
            _places.Remove(place);
        }

        GiveRoom();
    }

    private void Close(ShelfPlace place)
    {
        var model = place.Model!;
        place.Model = null;
        _closing += place.Bytes;
        place.Closing = Task.Run(async () =>
        {
            await ShelfPlace.CloseAsync(model);
            NativeHeap.Trim();
            lock (_gate)
            {
                _closing -= place.Bytes;
                _taken -= place.Bytes;
                if (place is { IsRetired: true, Opening: null })
                {
                    _places.Remove(place);
                }

                GiveRoom();
            }
        });
    }

    private void GiveUp(RoomWait wait)
    {
        lock (_gate)
        {
            End(wait, NoRoomFor(wait.Place));
            GiveRoom();
        }
    }

    private void End(RoomWait wait, Exception? refusal)
    {
        _waiting.Remove(wait);
        wait.End(refusal);
    }

    private ModelMemoryException NoRoomFor(ShelfPlace place) => ModelMemoryException.InUse(place.Name, place.Bytes, _limits.MemoryBytes, RetryAfter);
}
