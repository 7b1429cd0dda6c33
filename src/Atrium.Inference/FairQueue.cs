namespace Atrium.Inference;

/// <summary>
/// The bounded queue of a model that is shared: work stands in lanes, one for each who asks, and the lanes take turns. A call has a place from its beginning to its
/// end, whatever the number of its pieces of work, so it is refused at the beginning or not at all; no lane has all places.
/// </summary>
internal sealed class FairQueue : IDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly string _model;
    private readonly int _workers;
    private readonly int _places;
    private readonly int _placesPerLane;
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<IWork>> _lanes = new(StringComparer.Ordinal);
    private readonly Queue<string> _turns = new();
    private readonly ManualResetEventSlim _still = new(initialState: true);
    private int _allTaken;
    private int _running;
    private bool _closed;

    /// <param name="model">Named in refusals.</param>
    /// <param name="workers">Pieces of work that run at the same time.</param>
    /// <param name="places">Calls that may be under way or wait.</param>
    public FairQueue(string model, int workers, int places)
    {
        (_model, _workers, _places) = (model, workers, places);
        _placesPerLane = Math.Max(1, places * 3 / 4);
    }

    /// <summary>Whether work could begin at once.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate)
            {
                return _running < _workers && _turns.Count == 0;
            }
        }
    }

    /// <summary>A place for a call, until it is disposed.</summary>
    /// <exception cref="InferenceQueueFullException">There is none.</exception>
    public IDisposable Enter(string lane)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            var mine = _taken.GetValueOrDefault(lane);
            if (_allTaken >= _places || mine >= _placesPerLane)
            {
                throw new InferenceQueueFullException(_model, RetryAfter);
            }

            _allTaken++;
            _taken[lane] = mine + 1;
        }

        return new Place(this, lane);
    }

    /// <summary>Runs a piece of work of a call that has a place, when it is its lane's turn.</summary>
    public Task<T> RunAsync<T>(string lane, Func<T> work, CancellationToken cancellationToken)
    {
        var item = new Work<T>(work, cancellationToken);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            if (!_lanes.TryGetValue(lane, out var waiting))
            {
                _lanes[lane] = waiting = new();
                _turns.Enqueue(lane);
            }

            waiting.Enqueue(item);
            StartNext();
        }

        return item.Outcome;
    }

    /// <summary>Nothing begins any more; what waits is cancelled, and what runs is waited for, also where its caller has gone: whoever disposes of the queue then closes the model that it runs on.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var item in _lanes.Values.SelectMany(waiting => waiting))
            {
                item.Cancel();
            }

            _lanes.Clear();
            _turns.Clear();
        }

        _still.Wait();
    }

    private void StartNext()
    {
        while (_running < _workers && _turns.TryDequeue(out var lane))
        {
            var waiting = _lanes[lane];
            var item = waiting.Dequeue();
            if (waiting.Count == 0)
            {
                _lanes.Remove(lane);
            }
            else
            {
                _turns.Enqueue(lane);
            }

            if (item.IsOver)
            {
                continue;
            }

            _running++;
            _still.Reset();
            _ = Task.Run(() => Run(item));
        }
    }

    private void Run(IWork item)
    {
        item.Run();
        lock (_gate)
        {
            _running--;
            StartNext();
            if (_running == 0)
            {
                _still.Set();
            }
        }
    }

    private void Leave(string lane)
    {
        lock (_gate)
        {
            _allTaken--;
            if (--_taken[lane] == 0)
            {
                _taken.Remove(lane);
            }
        }
    }

    private interface IWork
    {
        bool IsOver { get; }

        void Run();

        void Cancel();
    }

    private sealed class Work<T> : IWork
    {
        private readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Func<T> _work;
        private readonly CancellationTokenRegistration _cancelling;

        public Work(Func<T> work, CancellationToken cancellationToken)
        {
            _work = work;
            _cancelling = cancellationToken.UnsafeRegister((_, token) => _outcome.TrySetCanceled(token), null);
        }

        public Task<T> Outcome => _outcome.Task;

        public bool IsOver => _outcome.Task.IsCompleted;

        public void Run()
        {
            try
            {
                _outcome.TrySetResult(_work());
            }
            catch (OperationCanceledException cancelled)
            {
                _outcome.TrySetCanceled(cancelled.CancellationToken);
            }
            catch (Exception failure)
            {
                // The caller gets it; the worker goes on.
                _outcome.TrySetException(failure);
            }

            _cancelling.Dispose();
        }

        public void Cancel()
        {
            _outcome.TrySetCanceled();
            _cancelling.Dispose();
        }
    }

    private sealed class Place(FairQueue queue, string lane) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                queue.Leave(lane);
            }
        }
    }
}
