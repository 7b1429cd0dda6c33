using System.Runtime.CompilerServices;
using Atrium.Inference.Speaking.Planning;

namespace Atrium.Inference.Speaking;

/// <summary>Speaks scripts, a phrase at a time. Between phrases others have their turn, so a long text keeps nobody waiting.</summary>
public sealed class SpeechSynthesizer : IDisposable
{
    private readonly IReadOnlyList<ISpeakingEngine> _engines;
    private readonly FairQueue _queue;

    internal SpeechSynthesizer(IReadOnlyList<ISpeakingEngine> engines, InferenceLimits limits)
    {
        _engines = engines;
        _queue = new("speech", limits.Workers, limits.MaxSpeeches);
        Voices = [.. engines.SelectMany(engine => engine.Voices)];
    }

    /// <summary>Who can speak.</summary>
    public IReadOnlyList<SpeechVoice> Voices { get; }

    /// <summary>Speaks a script. The speech has begun when the first piece is there.</summary>
    /// <param name="script">What is said.</param>
    /// <param name="options">How it is wanted.</param>
    /// <param name="lane">Who asks. Those who ask take turns, whatever the length of their texts.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InferenceQueueFullException">Too many speak already.</exception>
    /// <exception cref="SpeechFailedException">A voice failed.</exception>
    public async IAsyncEnumerable<SpeechPiece> SpeakAsync(SpeechScript script, SpeakingOptions options, string lane, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(script);
        ArgumentNullException.ThrowIfNull(options);
        using var place = _queue.Enter(lane);
        var timeline = new Timeline(options);
        foreach (var step in PhrasePlanner.Plan(script))
        {
            if (timeline.IsOver)
            {
                yield break;
            }

            yield return step switch
            {
                PlannedStep.Speak speak => timeline.Add(speak, await _queue.RunAsync(lane, () => Speak(speak.Phrase, options.HasWords, cancellationToken), cancellationToken)),
                PlannedStep.Rest rest => timeline.Add(rest),
                PlannedStep.Mark mark => timeline.Add(mark),
                _ => throw new InvalidOperationException(step.ToString()),
            };
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Dispose();
        foreach (var engine in _engines.OfType<IDisposable>())
        {
            engine.Dispose();
        }
    }

    private SpokenPhrase Speak(Phrase phrase, bool hasWords, CancellationToken cancellationToken)
    {
        var engine = _engines.First(e => e.Voices.Contains(phrase.Style.Voice));
        var audio = engine.Speak(phrase, cancellationToken);
        return new(audio, hasWords ? engine.TimeWords(phrase, audio, cancellationToken) ?? WordTimes.ByLength(phrase, audio) : []);
    }
}

/// <summary>A phrase with its words' times, from its first sample on.</summary>
internal sealed record SpokenPhrase(PhraseAudio Audio, IReadOnlyList<(TimeSpan Begin, TimeSpan End)> Words);
