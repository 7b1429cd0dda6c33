using System.Runtime.CompilerServices;
using Atrium.Inference.Hearing.Languages;
using Atrium.Inference.Hearing.Phrases;

namespace Atrium.Inference.Hearing;

/// <summary>Moonshine behind Silero's voice activity, in this process.</summary>
internal sealed class SpeechRecognizer : ISpeechRecognizer, IDisposable
{
    /// <summary>Audio that is looked through at a turn: a tenth of a second of work.</summary>
    private const int SamplesPerTurn = 10 * SpeechAudio.SampleRate;

    /// <summary>A hypothesis is made of new audio of this length, and of an eighth more than the last had: what they cost together stays in proportion to the phrase.</summary>
    private const int LeastNew = SpeechAudio.SampleRate / 2;
    private const int ShareNew = 8;

    private readonly MoonshineDecoder _decoder;
    private readonly VoiceActivity _voice;
    private readonly PhraseWriter _phrases;
    private readonly PieceVocabulary _pieces;
    private readonly EnglishIdentifier _english = EnglishIdentifier.Trained();
    private readonly FairQueue _queue;

    private SpeechRecognizer(MoonshineDecoder decoder, VoiceActivity voice, PieceVocabulary pieces, InferenceLimits limits)
    {
        (_decoder, _voice, _phrases, _pieces) = (decoder, voice, new(decoder, pieces), pieces);
        _queue = new(Name, limits.Workers, limits.MaxSpeechCalls);
    }

    public string Name => MoonshineModel.Name;

    public IReadOnlyList<string> Languages { get; } = ["en"];

    /// <summary>Opens the models; about a second.</summary>
    public static SpeechRecognizer Open(string modelFolder, string voiceFolder, string vocabularyFolder, InferenceLimits limits) =>
        new(new(modelFolder), new(Path.Combine(voiceFolder, "silero_vad_v5.onnx")), PieceVocabulary.Read(vocabularyFolder), limits);

    public async IAsyncEnumerable<SpeechEvent> ListenAsync(
        IAsyncEnumerable<ReadOnlyMemory<float>> audio, SpeechSettings settings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var place = _queue.Enter(settings.Lane);
        using var memory = new VoiceMemory();
        var segmenter = new SpeechSegmenter(frame => _voice.Judge(frame, memory), settings.EndSilence);
        Task<T> TurnAsync<T>(Func<T> work) => _queue.RunAsync(settings.Lane, work, cancellationToken);
        var evidence = settings.Question is LanguageQuestion.None ? null : new LanguageEvidence(settings.Question);
        var expected = settings is { Expected: { IsEmpty: false } list, Writer: null } ? await TurnAsync(() => PhraseTrie.Of(list, _pieces, PhraseRules.Usual)) : null;
        Task<SpeechPhrase> WriteAsync(SpeechSegment segment) => settings.Writer is { } writer
            ? writer.WriteAsync(segment.Samples, SpeechAudio.TimeOf(segment.Start), PhraseWriter.Blank(segment), cancellationToken)
            : TurnAsync(() => evidence is { IsSettled: true, IsOther: true }
                ? PhraseWriter.Blank(segment) with { Likely = evidence.Likely }
                : _phrases.Write(segment, settings.Words, expected, evidence is null ? null : speech => evidence.Hear(_english, speech), cancellationToken));

        var (told, heard) = (false, 0);
        await foreach (var piece in audio.WithCancellation(cancellationToken))
        {
            for (var rest = piece; rest.Length > 0; rest = rest[Math.Min(rest.Length, SamplesPerTurn)..])
            {
                var next = rest[..Math.Min(rest.Length, SamplesPerTurn)];
                await TurnAsync(() =>
                {
                    segmenter.Push(next.Span);
                    return true;
                });
                while (segmenter.Done.TryDequeue(out var segment))
                {
                    if (!told)
                    {
                        yield return new SpeechStarted(SpeechAudio.TimeOf(segment.SpeechStart));
                    }

                    (told, heard) = (false, 0);
                    yield return new SpeechRecognized(await WriteAsync(segment));
                }

                if (segmenter.OpenSince is not { } since)
                {
                    continue;
                }

                if (!told)
                {
                    told = true;
                    yield return new SpeechStarted(SpeechAudio.TimeOf(since));
                }

                if (settings is { Hypotheses: true, Writer: null } && evidence is null or { IsSettled: true, IsOther: false } && segmenter.OpenLength - heard >= Math.Max(LeastNew, heard / ShareNew) && _queue.IsIdle)
                {
                    heard = segmenter.OpenLength;
                    var open = segmenter.Open();
                    var phrase = await TurnAsync(() => _phrases.Write(open, wantsWords: false, expected, language: null, cancellationToken));
                    if (phrase.Text.Length > 0)
                    {
                        yield return new SpeechHypothesis(phrase);
                    }
                }
            }
        }

        await TurnAsync(() =>
        {
            segmenter.Complete();
            return true;
        });
        while (segmenter.Done.TryDequeue(out var segment))
        {
            if (!told)
            {
                yield return new SpeechStarted(SpeechAudio.TimeOf(segment.SpeechStart));
            }

            told = false;
            yield return new SpeechRecognized(await WriteAsync(segment));
        }
    }

    public void Dispose()
    {
        _queue.Dispose();
        _decoder.Dispose();
        _voice.Dispose();
    }
}
