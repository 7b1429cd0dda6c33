using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Atrium.Inference.Speaking.Espeak;

/// <summary>Voices of a hundred languages by espeak-ng, a program of its own that the administrator installs. Formant synthesis: clear words, and a machine's voice.</summary>
internal sealed class EspeakEngine : ISpeakingEngine
{
    /// <summary>Of a WAV file as the program writes it.</summary>
    private const int HeaderLength = 44;

    /// <summary>Words a minute of a voice's own way.</summary>
    private const double UsualRate = 175;

    /// <summary>The program's pitch runs from 0 to 99. 50 is a voice's own, and 66 more would be an octave, as was measured.</summary>
    private const double UsualPitch = 50, Octave = 66;

    /// <summary>Between words, where they are looked for: 40 hundredths of a second at the usual rate.</summary>
    private const string WideGap = "40";

    private readonly EspeakProgram _program;

    private EspeakEngine(EspeakProgram program, IReadOnlyList<SpeechVoice> voices) => (_program, Voices) = (program, voices);

    public IReadOnlyList<SpeechVoice> Voices { get; }

    /// <summary>The engine, where the program is installed and can be locked in; else none.</summary>
    public static IEnumerable<ISpeakingEngine> Find(EspeakOptions? options)
    {
        if (options is null || InstalledPrograms.Find(options.Program) is null)
        {
            return [];
        }

        try
        {
            var program = new EspeakProgram(options);
            return [new EspeakEngine(program, EspeakVoices.Read(Encoding.UTF8.GetString(program.Run(["--voices"], "", CancellationToken.None))))];
        }
        catch (SpeechFailedException)
        {
            // It is the same to callers as a program that is not there.
            return [];
        }
    }

    public PhraseAudio Speak(Phrase phrase, CancellationToken cancellationToken) => new(Samples(phrase, [], cancellationToken), EspeakVoices.Rate, []);

    /// <summary>The program does not tell when it says what. Said once more with a long silence behind each word, a phrase shows how long its words are.</summary>
    public IReadOnlyList<(TimeSpan Begin, TimeSpan End)>? TimeWords(Phrase phrase, PhraseAudio audio, CancellationToken cancellationToken)
    {
        var spoken = EspeakPhones.Groups(Mnemonics(phrase.Style.Voice, Text(phrase), cancellationToken));
        var apart = SpacedWords.Find(Samples(phrase, ["-g", WideGap], cancellationToken), EspeakVoices.Rate, SpacedWords.LeastGap);
        var clauses = SpacedWords.Find(audio.Samples, audio.Rate, SpacedWords.ClausePause);
        if (apart.Count != spoken.Count || apart.Count == 0 || clauses.Count == 0)
        {
            return null;
        }

        var phones = SpacedWords.Spread(spoken, apart, clauses);
        return FindEnds(phrase, phones, spoken, cancellationToken) is { } ends ? WordTimes.ByPhones(phones, ends) : null;
    }

    /// <summary>For each word the place behind its last phone: shared out along what each word is alone, for some are said in one breath and some in several words.</summary>
    private IReadOnlyList<int>? FindEnds(Phrase phrase, IReadOnlyList<Phone> phones, IReadOnlyList<IReadOnlyList<string>> spoken, CancellationToken cancellationToken)
    {
        var words = spoken.Count == phrase.Words.Count ? spoken : WordsAlone(phrase, cancellationToken);
        return words.Count == phrase.Words.Count ? PhoneAlignment.Share([.. phones.Select(phone => phone.Name)], words) : null;
    }

    private List<IReadOnlyList<string>> WordsAlone(Phrase phrase, CancellationToken cancellationToken)
    {
        var lines = string.Join('\n', phrase.Words.Select(word => word.Text.Trim(Punctuation) + ".\n"));
        return [.. Mnemonics(phrase.Style.Voice, lines, cancellationToken).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(EspeakPhones.All)];
    }

    private static readonly char[] Punctuation = [.. ".,;:!?…\"()[]{}'“”„«»¿¡؟،؛।。，！？、；："];

    private short[] Samples(Phrase phrase, IEnumerable<string> more, CancellationToken cancellationToken)
    {
        var style = phrase.Style;
        var bytes = _program.Run(
            [
                "-v", style.Voice.Id, "-b", "1", "-z", "--stdin", "--stdout",
                "-s", Whole(UsualRate * style.Rate),
                "-p", Whole(Math.Clamp(UsualPitch + (Octave * Math.Log2(style.Pitch)), 0, 99)),
                .. more,
            ],
            Text(phrase),
            cancellationToken);
        return bytes.Length > HeaderLength ? MemoryMarshal.Cast<byte, short>(bytes.AsSpan(HeaderLength, (bytes.Length - HeaderLength) & ~1)).ToArray() : throw new SpeechFailedException("The voice made no sound.");
    }

    private string Mnemonics(SpeechVoice voice, string text, CancellationToken cancellationToken) =>
        Encoding.UTF8.GetString(_program.Run(["-v", voice.Id, "-b", "1", "-q", "-x", "--sep=_", "--stdin"], text, cancellationToken));

    /// <summary>Double brackets would begin mnemonics of phones.</summary>
    private static string Text(Phrase phrase) => string.Join(' ', phrase.Words.Select(word => word.Text)).Replace("[[", "[ [", StringComparison.Ordinal);

    private static string Whole(double value) => ((int)Math.Round(value)).ToString(CultureInfo.InvariantCulture);
}
