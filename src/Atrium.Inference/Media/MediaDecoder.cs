using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Atrium.Inference.Hearing;

namespace Atrium.Inference.Media;

/// <summary>
/// Decodes compressed media by ffmpeg, a process of its own in a sandbox (<see cref="MediaSandbox"/>) for every input. What it makes is taken as it is needed, so
/// neither side holds more than a pipe; when the taking ends, whyever, the process does.
/// </summary>
public sealed class MediaDecoder(MediaOptions options) : IDisposable
{
    private const int ChunkBytes = 64 * 1024;
    private const int LongestComplaint = 4096;

    /// <summary>What the decoder may open. No playlist, and nothing that names other files.</summary>
    private const string Formats = "wav,w64,mp3,ogg,flac,matroska,webm,mov,mp4,m4a,aac,amr,avi,aiff,caf,mpeg,mpegts,asf";

    private static readonly string[] Bounds = ["-protocol_whitelist", "file,pipe", "-format_whitelist", Formats];

    /// <summary>From the moment that output is wanted; a decoder that makes none for so long hangs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly string[] CutOffWords = ["File ended prematurely", "moov atom not found", "partial file", "End of file"];

    private readonly SemaphoreSlim _processes = new(options.MaxProcesses);

    /// <summary>The audio of a file or stream: mono, <see cref="SpeechAudio.SampleRate"/> samples a second.</summary>
    /// <param name="source">What is decoded.</param>
    /// <param name="rules">What it may be.</param>
    /// <param name="cancellationToken">Ends the decoder.</param>
    /// <exception cref="AudioRefusedException">It has no audio, or none that is taken; or there is no decoder here.</exception>
    public async IAsyncEnumerable<ReadOnlyMemory<float>> AudioAsync(MediaSource source, AudioRules rules, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One sample more than allowed tells that there is too much.
        var most = (long)(rules.MaxDuration.TotalSeconds * SpeechAudio.SampleRate);
        var seconds = (rules.MaxDuration + TimeSpan.FromSeconds(1)).TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        string[] channel = rules.Channel is { } only ? ["-af", string.Create(CultureInfo.InvariantCulture, $"pan=mono|c0=c{only}")] : ["-ac", "1"];
        string[] arguments = ["-map", "0:a:0", "-vn", .. channel, "-ar", SpeechAudio.SampleRate.ToString(CultureInfo.InvariantCulture), "-t", seconds, "-f", "f32le", "pipe:1"];
        var taken = 0L;
        await foreach (var bytes in RunAsync(source, [], arguments, sizeof(float), cancellationToken))
        {
            var samples = MemoryMarshal.Cast<byte, float>(bytes.Span).ToArray();
            taken += samples.Length;
            if (taken > most)
            {
                throw new AudioRefusedException(AudioFault.TooLong, $"The audio is longer than {rules.MaxDuration.TotalSeconds:0} seconds.");
            }

            for (var i = 0; i < samples.Length; i++)
            {
                samples[i] = float.IsFinite(samples[i]) ? Math.Clamp(samples[i], -1, 1) : 0;
            }

            yield return samples;
        }

        if (taken == 0)
        {
            throw new AudioRefusedException(AudioFault.NotAudio, "The file has no sound in it.");
        }
    }

    /// <summary>How many channels the audio of a file has.</summary>
    /// <exception cref="AudioRefusedException">It has no audio, or none that is taken; or there is no decoder here.</exception>
    public async Task<int> CountChannelsAsync(string file, CancellationToken cancellationToken)
    {
        // One frame in as many channels as there are: its length tells how many.
        string[] arguments = ["-map", "0:a:0", "-vn", "-frames:a", "1", "-af", "aformat=sample_fmts=flt,atrim=end_sample=1", "-f", "f32le", "pipe:1"];
        var bytes = 0;
        await foreach (var piece in RunAsync(MediaSource.Of(file), [], arguments, sizeof(float), cancellationToken))
        {
            bytes += piece.Length;
        }

        return bytes == 0 ? throw new AudioRefusedException(AudioFault.NotAudio, "The file has no sound in it.") : bytes / sizeof(float);
    }

    /// <inheritdoc/>
    public void Dispose() => _processes.Dispose();

    /// <summary>What the decoder writes, in pieces that are whole multiples of a number of bytes.</summary>
    /// <param name="source">What is decoded.</param>
    /// <param name="before">Arguments before the input's name.</param>
    /// <param name="arguments">Those behind it.</param>
    /// <param name="unit">The number of bytes; what is left over at the end is dropped.</param>
    /// <param name="cancellationToken">Ends the decoder.</param>
    internal async IAsyncEnumerable<ReadOnlyMemory<byte>> RunAsync(MediaSource source, string[] before, string[] arguments, int unit, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await _processes.WaitAsync(cancellationToken);
        try
        {
            using var process = Start(source, before, arguments);
            using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var complaint = ReadComplaintAsync(process);
            var feeding = FeedAsync(process, source.Stream, over.Token);
            try
            {
                var chunk = new byte[ChunkBytes];
                for (var got = chunk.Length; got == chunk.Length;)
                {
                    got = await ReadAsync(process, chunk, cancellationToken);
                    if (got >= unit)
                    {
                        yield return chunk.AsMemory(0, got - (got % unit));
                    }
                }

                await process.WaitForExitAsync(cancellationToken);
                if (process.ExitCode != 0)
                {
                    throw Refusal(process.ExitCode, await complaint);
                }

                var text = await complaint;
                if (CutOffWords.Any(words => text.Contains(words, StringComparison.Ordinal)))
                {
                    throw new AudioRefusedException(AudioFault.CutOff, "The file is cut off.");
                }
            }
            finally
            {
                process.Kill(entireProcessTree: true);
                await over.CancelAsync();
                await feeding.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            _processes.Release();
        }
    }

    /// <summary>What a file holds, as the decoder's companion ffprobe says it in JSON.</summary>
    /// <exception cref="AudioRefusedException">It is none that is taken; or there is no decoder here.</exception>
    internal async Task<byte[]> ProbeAsync(string file, CancellationToken cancellationToken)
    {
        await _processes.WaitAsync(cancellationToken);
        try
        {
            var program = Path.Combine(Path.GetDirectoryName(options.Ffmpeg) ?? "", Path.GetFileName(options.Ffmpeg).Replace("ffmpeg", "ffprobe", StringComparison.Ordinal));
            using var process = Start(program, file, ["-v", "error", .. Bounds, "-show_entries", "format=duration:stream=codec_type,width,height:stream_disposition=attached_pic", "-of", "json", "-i", MediaSandbox.InputOf(options, file)]);
            try
            {
                process.StandardInput.Close();
                var complaint = ReadComplaintAsync(process);
                var chunk = new byte[ChunkBytes];
                var got = await ReadAsync(process, chunk, cancellationToken);
                await process.WaitForExitAsync(cancellationToken);
                return process.ExitCode == 0 ? chunk[..got] : throw Refusal(process.ExitCode, await complaint);
            }
            finally
            {
                process.Kill(entireProcessTree: true);
            }
        }
        finally
        {
            _processes.Release();
        }
    }

    private Process Start(MediaSource source, string[] before, string[] arguments) =>
        Start(options.Ffmpeg, source.File, ["-hide_banner", "-loglevel", "error", "-nostdin", "-threads", "1", .. Bounds, .. before, "-i", MediaSandbox.InputOf(options, source.File), .. arguments]);

    private Process Start(string program, string? file, string[] words)
    {
        try
        {
#pragma warning disable RS0030 // It reads its one input: it has no network, and no protocol but that of files and pipes.
            return Process.Start(MediaSandbox.Start(options, program, file, words))!;
#pragma warning restore RS0030
        }
        catch (Win32Exception)
        {
            throw NoDecoder();
        }
    }

    private static async Task<int> ReadAsync(Process process, byte[] chunk, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            return await process.StandardOutput.BaseStream.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, patience.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new AudioRefusedException(AudioFault.NotAudio, $"Nothing was decoded of the file within {Patience.TotalSeconds:0} seconds.");
        }
    }

    /// <summary>Gives the decoder its stream. When it has enough, or goes, that is no failure.</summary>
    private static async Task FeedAsync(Process process, Stream? source, CancellationToken cancellationToken)
    {
        try
        {
            if (source is not null)
            {
                await source.CopyToAsync(process.StandardInput.BaseStream, cancellationToken);
            }
        }
        catch (IOException)
        {
            // What is wrong with it, its end tells.
        }
        finally
        {
            process.StandardInput.Close();
        }
    }

    private static async Task<string> ReadComplaintAsync(Process process)
    {
        var (text, chunk) = (new StringBuilder(), new char[1024]);
        for (int got; (got = await process.StandardError.ReadAsync(chunk)) > 0;)
        {
            text.Append(chunk, 0, Math.Min(got, LongestComplaint - text.Length));
        }

        return text.ToString();
    }

    private AudioRefusedException Refusal(int exitCode, string complaint) =>
        complaint.Contains("execvp", StringComparison.Ordinal) || complaint.StartsWith("bwrap: ", StringComparison.Ordinal) || complaint.StartsWith("prlimit: ", StringComparison.Ordinal) ? NoDecoder()
        : exitCode > 128 ? new(AudioFault.Unsupported, "Decoding the file takes more time or memory than allowed.")
        : CutOffWords.Any(words => complaint.Contains(words, StringComparison.Ordinal)) ? new(AudioFault.CutOff, "The file is cut off.")
        : new(AudioFault.NotAudio, "The file is in no format that is known, or broken, or has no sound in it.");

    private AudioRefusedException NoDecoder() => new(
        AudioFault.NoDecoder,
        $"Compressed audio is decoded by ffmpeg{(options.Bubblewrap is null ? "" : " inside bubblewrap")}, which cannot be started on the hub's machine (Debian: apt-get install ffmpeg bubblewrap). WAV needs neither.");
}

/// <summary>Media to decode: a file, or a stream that is read once. A file can be anything; of a stream only formats that are read from the front.</summary>
public sealed record MediaSource
{
    private MediaSource()
    {
    }

    /// <summary>Its path; null for a stream.</summary>
    public string? File { get; private init; }

    /// <summary>The stream; null for a file.</summary>
    public Stream? Stream { get; private init; }

    /// <summary>A file.</summary>
    public static MediaSource Of(string file) => new() { File = Path.GetFullPath(file) };

    /// <summary>A stream.</summary>
    public static MediaSource Of(Stream stream) => new() { Stream = stream };
}
