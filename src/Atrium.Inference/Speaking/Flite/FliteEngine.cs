using System.Buffers.Binary;
using System.Globalization;

namespace Atrium.Inference.Speaking.Flite;

/// <summary>English voices that are always here.</summary>
internal sealed class FliteEngine(FliteModule module) : ISpeakingEngine, IDisposable
{
    /// <summary>Of a WAV file as flite writes it.</summary>
    private const int HeaderLength = 44;

    public IReadOnlyList<SpeechVoice> Voices => FliteVoices.All;

    public PhraseAudio Speak(Phrase phrase, CancellationToken cancellationToken)
    {
        var style = phrase.Style;
        // A voice of fixed pitch is spoken slower by as much as its sound is then played faster.
        var played = FliteVoices.HasFixedPitch(style.Voice) ? style.Pitch : 1;
        using var job = new FliteJob(phrase);
        var printed = module.Run(
            [
                "-voice", FliteVoices.NameOf(style.Voice),
                "--setf", Invariant($"duration_stretch={played / style.Rate:0.####}"),
                "--setf", Invariant($"f0_shift={style.Pitch / played:0.####}"),
                .. job.Lexicon,
                "-psdur", "-t", job.Text, "-o", "/job/speech.wav",
            ],
            job.Folder,
            cancellationToken);
        var samples = ReadSamples(job.Output);
        return new(samples, (int)Math.Round(FliteVoices.Rate * played), [.. FlitePhones.Read(printed).Select(phone => phone with { End = phone.End / played })]);
    }

    /// <summary>The quickest voice says each word for itself, so that its phones are known; along these the spoken ones are shared out.</summary>
    public IReadOnlyList<(TimeSpan Begin, TimeSpan End)>? TimeWords(Phrase phrase, PhraseAudio audio, CancellationToken cancellationToken)
    {
        var apart = phrase with { Words = [.. phrase.Words.Select(word => word with { Text = word.Text.Trim(Punctuation) + "," })] };
        using var job = new FliteJob(apart);
        var printed = module.Run(["-voice", FliteVoices.Quickest, .. job.Lexicon, "-psdur", "-t", job.Text, "-o", "none"], job.Folder, cancellationToken);
        var words = FlitePhones.Groups(FlitePhones.Read(printed));
        return words.Count == phrase.Words.Count ? WordTimes.ByPhones(audio.Phones, PhoneAlignment.Share([.. audio.Phones.Select(p => p.Name)], words)) : null;
    }

    public void Dispose() => module.Dispose();

    private static readonly char[] Punctuation = [.. ".,;:!?\"()[]{}'"];

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static short[] ReadSamples(string file)
    {
        if (!File.Exists(file))
        {
            throw new SpeechFailedException("The voice made no sound.");
        }

        var bytes = File.ReadAllBytes(file);
        var samples = new short[Math.Max(0, bytes.Length - HeaderLength) / sizeof(short)];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(HeaderLength + (i * sizeof(short))));
        }

        return samples;
    }
}
