namespace Atrium.Inference.Llama;

/// <summary>Conversations that wait for a slot, oldest first. Bounded; the cancelled ones give up their place.</summary>
internal sealed class RequestQueue(int capacity) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<LlamaRequest> _waiting = [];
    private readonly SemaphoreSlim _wake = new(0);
    private volatile bool _closed;

    /// <summary>Nothing comes any more.</summary>
    public bool Closed => _closed;

    /// <summary>False when the queue is full.</summary>
    public bool TryAdd(LlamaRequest request)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _waiting.RemoveAll(waiting => waiting.Cancelled);
            if (_waiting.Count >= capacity)
            {
                return false;
            }

            _waiting.Add(request);
        }

        _wake.Release();
        return true;
    }

    /// <summary>The oldest one that still wants an answer, or null.</summary>
    public LlamaRequest? TryTake()
    {
        lock (_gate)
        {
            _waiting.RemoveAll(waiting => waiting.Cancelled);
            if (_waiting.Count == 0)
            {
                return null;
            }

            var first = _waiting[0];
            _waiting.RemoveAt(0);
            return first;
        }
    }

    /// <summary>Waits for one. Null when the queue is closed.</summary>
    public LlamaRequest? Take()
    {
        while (!_closed)
        {
            if (TryTake() is { } request)
            {
                return request;
            }

            _wake.Wait();
        }

        return null;
    }

    /// <summary>Ends those that wait and takes no more.</summary>
    public void Close(Exception reason)
    {
        lock (_gate)
        {
            _closed = true;
            _waiting.ForEach(waiting => waiting.Fail(reason));
            _waiting.Clear();
        }

        _wake.Release();
    }

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();
}
