namespace Atrium.Inference.Images;

/// <summary>
/// How many pixels of pictures may be in memory at the same time: four bytes each, and eight while one is decoded. A picture that finds no room waits for those before
/// it; where too many wait, it is refused.
/// </summary>
public sealed class PictureBudget
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(2);
    private readonly Lock _gate = new();
    private readonly Queue<(long Pixels, TaskCompletionSource Turn)> _waiting = new();
    private readonly long _pixels;
    private readonly int _places;
    private long _taken;

    /// <summary>A budget.</summary>
    /// <param name="pixels">In memory at the same time; a picture that is larger has its turn alone.</param>
    /// <param name="places">Pictures that may wait.</param>
    public PictureBudget(long pixels, int places) => (_pixels, _places) = (pixels, places);

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
    /// <exception cref="InferenceQueueFullException">Too many wait.</exception>
    public async Task<IDisposable> TakeAsync(long pixels, CancellationToken cancellationToken)
    {
        TaskCompletionSource? turn = null;
        lock (_gate)
        {
            if (_waiting.Count == 0 && Fits(pixels))
            {
                _taken += pixels;
            }
            else if (_waiting.Count == _places)
            {
                throw new InferenceQueueFullException("images", RetryAfter);
            }
            else
            {
                turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Enqueue((pixels, turn));
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
                Next();
                throw;
            }
        }

        return new Room(this, pixels);
    }

    private bool Fits(long pixels) => _taken == 0 || _taken + pixels <= _pixels;

    private void Next(long given = 0)
    {
        lock (_gate)
        {
            _taken -= given;
            while (_waiting.TryPeek(out var first) && (first.Turn.Task.IsCompleted || Fits(first.Pixels)))
            {
                _waiting.Dequeue();
                if (first.Turn.TrySetResult())
                {
                    _taken += first.Pixels;
                }
            }
        }
    }

    private sealed class Room(PictureBudget budget, long pixels) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
            {
                budget.Next(pixels);
            }
        }
    }
}
