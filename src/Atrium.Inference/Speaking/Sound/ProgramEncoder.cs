using System.Buffers;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Atrium.Inference.Speaking.Sound;

/// <summary>A codec of a program that is installed on this machine: samples go in at one end of a pipe and bytes come out at the other.</summary>
internal sealed class ProgramEncoder : IAudioEncoder
{
    /// <summary>How long the program has to write the rest.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ArrayBufferWriter<byte> _ready = new();
    private readonly Lock _gate = new();
    private readonly Task _reading;
    private readonly Task<string> _errors;

    public ProgramEncoder(string program, IEnumerable<string> arguments)
    {
#pragma warning disable RS0030 // It reads samples of ours from one pipe and writes into another; no caller says anything of its arguments.
        _process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
#pragma warning restore RS0030
        _reading = ReadAsync();
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public async ValueTask<ReadOnlyMemory<byte>> EncodeAsync(ReadOnlyMemory<short> samples, CancellationToken cancellationToken)
    {
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(MemoryMarshal.AsBytes(samples.Span).ToArray(), cancellationToken);
        }
        catch (IOException broken)
        {
            throw new SpeechFailedException("The encoder ended early.", broken);
        }

        return Take();
    }

    public async ValueTask<ReadOnlyMemory<byte>> FinishAsync(CancellationToken cancellationToken)
    {
        _process.StandardInput.Close();
        await _reading.WaitAsync(LongestEnd, cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode == 0 ? Take() : throw new SpeechFailedException($"The encoder failed with code {_process.ExitCode}: {await _errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await Task.WhenAll(_reading, _errors).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    private async Task ReadAsync()
    {
        var buffer = new byte[16 * 1024];
        for (int read; (read = await _process.StandardOutput.BaseStream.ReadAsync(buffer)) > 0;)
        {
            lock (_gate)
            {
                _ready.Write(buffer.AsSpan(0, read));
            }
        }
    }

    private byte[] Take()
    {
        lock (_gate)
        {
            var bytes = _ready.WrittenSpan.ToArray();
            _ready.ResetWrittenCount();
            return bytes;
        }
    }
}
