using Atrium.Inference.Hearing;

namespace Atrium.Bench;

/// <summary>Recordings of one person on one microphone.</summary>
internal sealed record Voice(string Name, string Person, float[] Samples);

/// <summary>
/// Recorded voices out of Debian packages, one person each: Asterisk's prompts (CC BY-SA 3.0 and public domain; Allison Smith twice, in two languages) and the words that
/// volunteers said for KTuberling (GPL-2+), a language each. Nothing of them lies in the repository.
/// </summary>
internal static class VoiceSets
{
    public const int Expected = 22;
    public const string Packages = "apt-get install ffmpeg asterisk-core-sounds-{en,es,fr,it,ru}-g722 asterisk-prompt-es-co asterisk-prompt-fr-armelle asterisk-prompt-it-menardi-alaw ktuberling-data";
    private const string Asterisk = "/usr/share/asterisk/sounds", KTuberling = "/usr/share/ktuberling/sounds";
    private const int Most = 180 * SpeechAudio.SampleRate;

    /// <summary>Shorter prompts are mostly silence.</summary>
    private const int LeastBytes = 4096;

    /// <param name="most">Samples of each that are enough.</param>
    public static IEnumerable<Voice> All(int most = Most)
    {
        foreach (var (folder, person) in new[]
        {
            ("en_US_f_Allison", "Allison"), ("es_MX_f_Allison", "Allison"), ("fr_CA_f_June", "June"), ("it_IT_m_Carlo", "Carlo"), ("ru_RU_f_IvrvoiceRU", "Ivrvoice"), ("it_IT_f_Menardi", "Menardi"),
            ("fr", "Armelle"), ("es/digits", "Colombia"),
        })
        {
            if (Read($"{folder}", person, Path.Combine(Asterisk, folder), most) is { } voice)
            {
                yield return voice;
            }
        }

        foreach (var language in new[] { "ca", "da", "de", "el", "en", "fr", "gl", "lt", "nn", "ru", "sl", "uk", "wa", "ga" })
        {
            if (Read(language, language, Path.Combine(KTuberling, language), most) is { } voice)
            {
                yield return voice;
            }
        }
    }

    private static Voice? Read(string name, string person, string folder, int most) =>
        Directory.Exists(folder) ? Read(name, person, Directory.EnumerateFiles(folder).Where(file => new FileInfo(file).Length > LeastBytes).Order(StringComparer.Ordinal), most) : null;

    /// <summary>Files of one person, one behind the other.</summary>
    public static Voice Read(string name, string person, IEnumerable<string> files, int most)
    {
        var samples = new List<float>();
        foreach (var file in files)
        {
            samples.AddRange(SpeechSets.Decode(file, [.. FormatOf(Path.GetExtension(file))]));
            if (samples.Count > most)
            {
                break;
            }
        }

        return new(name, person, [.. samples]);
    }

    private static IEnumerable<string> FormatOf(string extension) => extension switch
    {
        ".g722" => ["-f", "g722"],
        ".alaw" => ["-f", "alaw", "-ar", "8000", "-ac", "1"],
        ".gsm" => ["-f", "gsm"],
        _ => [],
    };
}
