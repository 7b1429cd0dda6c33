using System.Text;
using Wasmtime;

namespace Atrium.Inference.Speaking.Flite;

/// <summary>
/// flite as a WebAssembly program. It sees one empty folder and no clock but its own, has a bounded memory and time, and each run is a new instance:
/// making one takes a tenth of a millisecond, for its memory is copied only where it is written to.
/// </summary>
internal sealed class FliteModule : IDisposable
{
    /// <summary>A run takes about 20 MB.</summary>
    private const long MostMemory = 128 << 20;

    /// <summary>Text that a run may print: a line of phones has 20 bytes each.</summary>
    private const int MostOutput = 1 << 20;

    /// <summary>The longest phrase takes half a second on an idle core.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(60);

    /// <summary>How often a run looks whether it should end.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(20);

    private readonly Engine _engine;
    private readonly Module _module;
    private readonly Linker _linker;
    private readonly TimeProvider _time;
    private readonly ITimer _ticker;
    private readonly Lock _gate = new();
    private int _running;

    private FliteModule(Engine engine, Module module, TimeProvider time)
    {
        (_engine, _module, _time) = (engine, module, time);
        _linker = new Linker(engine);
        _linker.DefineWasi();
        _ticker = time.CreateTimer(_ => _engine.IncrementEpoch(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Compiles the program of a package's folder, or takes what an earlier start compiled.</summary>
    public static FliteModule Open(string folder, TimeProvider time)
    {
        var engine = new Engine(new Config().WithEpochInterruption(true));
        return new(engine, FindCompiled(engine, folder), time);
    }

    /// <summary>Runs it once.</summary>
    /// <param name="arguments">Behind the program's name. Files go to and come from <c>/job/</c>.</param>
    /// <param name="folder">What the program sees as <c>/job</c>.</param>
    /// <param name="cancellationToken">Ends the run within a moment.</param>
    /// <returns>What it printed.</returns>
    /// <exception cref="SpeechFailedException">It failed, took too long or too much memory.</exception>
    public string Run(IEnumerable<string> arguments, string folder, CancellationToken cancellationToken)
    {
        var printed = new StringBuilder();
        var begin = _time.GetTimestamp();
        using var store = new Store(_engine);
        store.SetLimits(MostMemory, null, null, null, null);
        store.SetEpochDeadline(1);
        store.SetEpochDeadlineCallback(_ =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return _time.GetElapsedTime(begin) < MostTime ? 1UL : throw new TimeoutException($"flite took more than {MostTime.TotalSeconds} seconds.");
        });
        store.SetWasiConfiguration(new WasiConfiguration()
            .WithArgs([FliteVoices.Engine, .. arguments])
            .WithPreopenedDirectory(folder, "/job", true)
            .WithStandardOutputCallback(bytes =>
            {
                if (printed.Length < MostOutput)
                {
                    printed.Append(Encoding.ASCII.GetString(bytes));
                }
            }));
        Begin();
        try
        {
            _linker.Instantiate(store, _module).GetAction("_start")!();
        }
        catch (WasmtimeException ended) when (ended.ExitCode is 0)
        {
        }
        catch (WasmtimeException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new SpeechFailedException("The voice did not speak.", failure);
        }
        finally
        {
            End();
        }

        return printed.ToString();
    }

    public void Dispose()
    {
        _ticker.Dispose();
        _linker.Dispose();
        _module.Dispose();
        _engine.Dispose();
    }

    /// <summary>The ticker runs while something runs, so that an idle process is idle.</summary>
    private void Begin()
    {
        lock (_gate)
        {
            if (_running++ == 0)
            {
                _ticker.Change(Tick, Tick);
            }
        }
    }

    private void End()
    {
        lock (_gate)
        {
            if (--_running == 0)
            {
                _ticker.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Code compiled by another version or for another machine is not taken, and is compiled anew.</summary>
    private static Module FindCompiled(Engine engine, string folder)
    {
        var compiled = Path.Combine(folder, "flite.cwasm");
        if (File.Exists(compiled))
        {
            try
            {
                return Module.DeserializeFile(engine, FliteVoices.Engine, compiled);
            }
            catch (WasmtimeException)
            {
            }
        }

        var module = Module.FromFile(engine, Path.Combine(folder, "flite.wasm"));
        try
        {
            var written = Path.Combine(folder, $"{Guid.NewGuid():N}.tmp");
            File.WriteAllBytes(written, module.Serialize());
            File.Move(written, compiled, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be written to costs the compiling at each start, and nothing else.
        }

        return module;
    }
}
