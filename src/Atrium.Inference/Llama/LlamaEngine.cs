using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Atrium.Inference.Llama;

/// <summary>Loads a model when it is first needed and keeps its worker thread. A load that failed is tried again at the next call.</summary>
internal sealed class LlamaEngine(string path, LlamaOptions options, int contextTokens) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly RequestQueue _queue = new(options.QueueLength);
    private TaskCompletionSource<LlamaSession>? _loading;
    private Task _ended = Task.CompletedTask;
    private LlamaWorker? _worker;

    /// <summary>The loaded model.</summary>
    /// <exception cref="ModelFileException">llama.cpp refuses the file.</exception>
    public Task<LlamaSession> SessionAsync()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_queue.Closed, this);
            if (_loading is null or { Task.IsFaulted: true })
            {
                Start();
            }

            return _loading!.Task;
        }
    }

    /// <summary>Gives a conversation to the worker. False when too many wait.</summary>
    public bool TryAdd(LlamaRequest request) => _queue.TryAdd(request);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.Close(new ObjectDisposedException(nameof(LlamaChatModel)));
        Task ended;
        lock (_gate)
        {
            ended = _ended;
        }

        await ended;
        _queue.Dispose();
    }

    private void Start()
    {
        var loading = _loading = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ended = ended.Task;
        // A thread of its own: the work is long and blocks, so it must not hold a thread of the pool.
        new Thread(() =>
        {
            try
            {
                LoadAndRun(loading);
            }
            finally
            {
                ended.SetResult();
            }
        })
        { IsBackground = true, Name = "llama " + Path.GetFileName(path) }.Start();
    }

    private unsafe void LoadAndRun(TaskCompletionSource<LlamaSession> loading)
    {
        var self = GCHandle.Alloc(this);
        try
        {
            LlamaSession session;
            try
            {
                session = LlamaSession.Load(path, options, contextTokens, &Abort, GCHandle.ToIntPtr(self));
            }
#pragma warning disable CA1031 // The caller who asked for the model gets whatever went wrong.
            catch (Exception error)
#pragma warning restore CA1031
            {
                loading.SetException(error);
                return;
            }

            using (session)
            using (var worker = new LlamaWorker(session, options.Slots, _queue))
            {
                _worker = worker;
                loading.SetResult(session);
                worker.Run();
            }
        }
        finally
        {
            self.Free();
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte Abort(nint data) => GCHandle.FromIntPtr(data).Target is LlamaEngine { _worker: { } worker } && worker.NobodyWaits() ? (byte)1 : (byte)0;
}
