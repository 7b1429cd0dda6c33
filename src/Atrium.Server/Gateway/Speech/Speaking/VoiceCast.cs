using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Ssml;

namespace Atrium.Server.Gateway.Speech.Speaking;

/// <summary>Who of our voices speaks where a voice is named. Pure.</summary>
internal sealed class VoiceCast(IReadOnlyList<SpeechVoice> voices) : IVoiceCast
{
    public IReadOnlyList<SpeechVoice> Voices => voices;

    /// <summary>OpenAI's voices, by how they sound.</summary>
    private static readonly string[] OpenAiWomen = ["alloy", "coral", "fable", "nova", "sage", "shimmer", "marin"];
    private static readonly string[] OpenAiMen = ["ash", "ballad", "echo", "onyx", "verse", "cedar"];

    public static IEnumerable<string> OpenAiNames => OpenAiWomen.Concat(OpenAiMen).Order(StringComparer.Ordinal);

    public string Offer => string.Join(", ", voices.Select(VoiceNames.ShortName)) is var names && names.Length <= 400
        ? $"{names}, and names of the published service in these languages."
        : $"those of /cognitiveservices/voices/list.";

    /// <summary>One of ours by its name or short name, else for one of the published service's.</summary>
    public SpeechVoice? Find(string name)
    {
        var wanted = VoiceNames.Short(name);
        return voices.FirstOrDefault(voice => VoiceNames.ShortName(voice).Equals(wanted, StringComparison.OrdinalIgnoreCase) || (voice.Engine == "flite" && voice.Id.Equals(wanted, StringComparison.OrdinalIgnoreCase)))
            ?? (KnownVoices.Find(wanted) is { } known ? For(known) : null);
    }

    /// <summary>For a voice of the published service: of its language, and if possible of its region and gender.</summary>
    public SpeechVoice? For(KnownVoice known) => Best(known.Locale, known.Gender);

    /// <summary>For one of OpenAI's names.</summary>
    public SpeechVoice? ForOpenAi(string name) => OpenAiWomen.Contains(name, StringComparer.OrdinalIgnoreCase) ? Best("en-US", VoiceGender.Female)
        : OpenAiMen.Contains(name, StringComparer.OrdinalIgnoreCase) ? Best("en-US", VoiceGender.Male)
        : Find(name);

    public SpeechVoice? InLanguage(SpeechVoice voice, string locale) =>
        locale.Split('-')[0].Equals(voice.Language, StringComparison.OrdinalIgnoreCase) ? voice : Best(locale, voice.Gender);

    /// <summary>Who speaks a locale, or at least its language, where nobody is named. Flite's voices sound the most like people, so they go before a region.</summary>
    public SpeechVoice? Best(string locale, VoiceGender gender) => voices
        .Where(voice => voice.Language.Equals(locale.Split('-')[0], StringComparison.OrdinalIgnoreCase))
        .OrderByDescending(voice => voice.Gender == gender)
        .ThenByDescending(voice => voice.Engine == "flite")
        .ThenByDescending(voice => voice.Locale.Equals(locale, StringComparison.OrdinalIgnoreCase))
        .FirstOrDefault();
}
