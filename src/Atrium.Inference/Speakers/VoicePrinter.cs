using Atrium.Inference.Hearing;

namespace Atrium.Inference.Speakers;

/// <summary>Makes voice prints of recordings, in this process. Silero's voice activity tells what of them is speech; the rest is arithmetic, and no model knows any voice.</summary>
public sealed class VoicePrinter : IDisposable
{
    /// <summary>As answers and usage name it.</summary>
    public const string Name = "sphericity-1";

    /// <summary>Audio that is looked through at a turn.</summary>
    private const int SamplesPerTurn = 5 * SpeechAudio.SampleRate;

    private readonly VoiceActivity _voice;
    private readonly FairQueue _queue;

    private VoicePrinter(VoiceActivity voice, InferenceLimits limits) => (_voice, _queue) = (voice, new(Name, limits.Workers, limits.MaxSpeechCalls));

    /// <summary>Opens the voice activity model.</summary>
    public static VoicePrinter Open(string voiceFolder, InferenceLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return new(new(Path.Combine(voiceFolder, "silero_vad_v5.onnx")), limits);
    }

    /// <summary>Listens to a recording.</summary>
    /// <param name="audio">Mono samples from -1 to 1, <see cref="SpeechAudio.SampleRate"/> a second.</param>
    /// <param name="lane">On whose behalf; those who ask take turns.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InferenceQueueFullException">There is no room; thrown before any audio is asked for.</exception>
    public async Task<VoiceSample> ReadAsync(IAsyncEnumerable<ReadOnlyMemory<float>> audio, string lane, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(audio);
        using var place = _queue.Enter(lane);
        using var frames = new VoiceFrames(_voice);
        await foreach (var piece in audio.WithCancellation(cancellationToken))
        {
            for (var rest = piece; rest.Length > 0; rest = rest[Math.Min(rest.Length, SamplesPerTurn)..])
            {
                var next = rest[..Math.Min(rest.Length, SamplesPerTurn)];
                await _queue.RunAsync(
                    lane,
                    () =>
                    {
                        frames.Push(next.Span);
                        return true;
                    },
                    cancellationToken);
            }
        }

        return await _queue.RunAsync(lane, () => new VoiceSample(frames.Print(), SpeechAudio.TimeOf(frames.Samples), SpeechAudio.TimeOf(frames.SpeechSamples)), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Dispose();
        _voice.Dispose();
    }
}

/// <summary>What a recording says of a voice.</summary>
/// <param name="Print">The voice.</param>
/// <param name="Length">Of the recording.</param>
/// <param name="Speech">How much of it somebody speaks.</param>
public sealed record VoiceSample(VoicePrint Print, TimeSpan Length, TimeSpan Speech);
