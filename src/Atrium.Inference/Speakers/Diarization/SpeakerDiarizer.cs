using Atrium.Inference.Hearing;

namespace Atrium.Inference.Speakers.Diarization;

/// <summary>Tells who of several speaks, in this process. Silero's voice activity tells what is speech; the rest is arithmetic, and no model knows any voice.</summary>
public sealed class SpeakerDiarizer : IDisposable
{
    /// <summary>Speakers that are told apart at most.</summary>
    public const int MostSpeakers = 35;

    /// <summary>Audio files and conversations that are listened to at once; of one of two hours some hundred MB are kept.</summary>
    private const int MostAudios = 8;

    /// <summary>In lists of open models.</summary>
    internal const string Name = "speaker-diarization";

    private readonly VoiceActivity _voice;
    private readonly FairQueue _queue;

    private SpeakerDiarizer(VoiceActivity voice, InferenceLimits limits) => (_voice, _queue) = (voice, new(Name, limits.Workers, MostAudios));

    /// <summary>Opens the voice activity model.</summary>
    public static SpeakerDiarizer Open(string voiceFolder, InferenceLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return new(new(Path.Combine(voiceFolder, "silero_vad_v5.onnx")), limits);
    }

    /// <summary>Begins to listen to an audio. What is returned lives no longer than this.</summary>
    /// <param name="lane">On whose behalf; those who ask take turns.</param>
    /// <exception cref="InferenceQueueFullException">There is no room.</exception>
    public DiarizedAudio Begin(string lane) => new(_voice, _queue, lane);

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Dispose();
        _voice.Dispose();
    }
}
