using Atrium.Inference.Hearing.Phrases;

namespace Atrium.Inference.Hearing;

/// <summary>Writes down what is spoken.</summary>
public interface ISpeechRecognizer
{
    /// <summary>The model's name as the data plane reports it.</summary>
    string Name { get; }

    /// <summary>The languages that it understands, as two letters: en.</summary>
    IReadOnlyList<string> Languages { get; }

    /// <summary>
    /// Listens to audio as it comes, and tells what was said while it goes on. The audio is asked for piece by piece, never faster than it is worked on, so whoever
    /// gives it can hold back its source. Ends when the audio ends; cancelling stops the model at once.
    /// </summary>
    /// <param name="audio">Mono samples from -1 to 1, <see cref="SpeechAudio.SampleRate"/> a second, in pieces of any length. A piece may be reused once the next is asked for.</param>
    /// <param name="settings">What is wanted.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InferenceQueueFullException">There is no room; thrown before any audio is asked for.</exception>
    IAsyncEnumerable<SpeechEvent> ListenAsync(IAsyncEnumerable<ReadOnlyMemory<float>> audio, SpeechSettings settings, CancellationToken cancellationToken);
}

/// <summary>What is wanted of a recognition.</summary>
public sealed record SpeechSettings
{
    /// <summary>Who asks. Those who ask take turns, whatever the length of their audio.</summary>
    public required string Lane { get; init; }

    /// <summary>Whether what is heard is told before the phrase is over (<see cref="SpeechHypothesis"/>). Left out while others wait for the model.</summary>
    public bool Hypotheses { get; init; }

    /// <summary>Whether the words of a phrase have their own times.</summary>
    public bool Words { get; init; }

    /// <summary>The silence that ends a phrase.</summary>
    public TimeSpan EndSilence { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether it is told by ear if what is said is in the recognizer's own language. No hypotheses are told while that is open.</summary>
    public LanguageQuestion Question { get; init; }

    /// <summary>Phrases that are likely to be said, such as names; null for none. Nothing is different, and nothing costs more, where there are none.</summary>
    public PhraseList? Expected { get; init; }

    /// <summary>Who writes down what is said, in place of the model; null for the model. Then there are no hypotheses, and the voice activity is all that is worked out here.</summary>
    public IPhraseWriter? Writer { get; init; }
}

/// <summary>When it is judged whether speech is in the recognizer's own language.</summary>
public enum LanguageQuestion
{
    /// <summary>Not at all: it is taken for that language.</summary>
    None,

    /// <summary>At the beginning; what comes later is taken for the same.</summary>
    AtStart,

    /// <summary>For each phrase.</summary>
    Continuous,
}

/// <summary>Writes phrases down that somebody else has cut out of the audio.</summary>
public interface IPhraseWriter
{
    /// <summary>The phrase with its text.</summary>
    /// <param name="samples">The phrase with a little silence round it, as a recognizer takes it.</param>
    /// <param name="start">Where the samples begin, from the beginning of the audio.</param>
    /// <param name="phrase">When it is said; its text is empty.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task<SpeechPhrase> WriteAsync(ReadOnlyMemory<float> samples, TimeSpan start, SpeechPhrase phrase, CancellationToken cancellationToken);
}

/// <summary>How audio reaches a recognizer.</summary>
public static class SpeechAudio
{
    /// <summary>Samples a second.</summary>
    public const int SampleRate = 16_000;

    /// <summary>When a sample is heard.</summary>
    public static TimeSpan TimeOf(long samples) => TimeSpan.FromTicks(samples * TimeSpan.TicksPerSecond / SampleRate);

    /// <summary>Audio that is there whole.</summary>
    public static async IAsyncEnumerable<ReadOnlyMemory<float>> Whole(ReadOnlyMemory<float> samples)
    {
        yield return samples;
        await ValueTask.CompletedTask;
    }
}
