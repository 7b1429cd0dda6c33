using System.Collections.Frozen;

namespace Atrium.Inference.Speaking.Flite;

/// <summary>The voices inside flite that are offered.</summary>
internal static class FliteVoices
{
    public const string Engine = "flite";

    /// <summary>Samples a second of all of them.</summary>
    public const int Rate = 16_000;

    /// <summary>Says its words in few milliseconds and pronounces as the others do: it is asked where words are.</summary>
    public const string Quickest = "kal16";

    /// <summary>The model of this voice has the pitch in it, so it is changed in its sound.</summary>
    private const string FixedPitch = "rms";

    public static IReadOnlyList<SpeechVoice> All { get; } =
    [
        new("slt", "en-US", VoiceGender.Female, Engine, Rate),
        new("rms", "en-US", VoiceGender.Male, Engine, Rate),
        new("kal", "en-US", VoiceGender.Male, Engine, Rate),
        new("awb", "en-GB", VoiceGender.Male, Engine, Rate),
    ];

    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string> { ["kal"] = Quickest }.ToFrozenDictionary();

    /// <summary>Its name in the program.</summary>
    public static string NameOf(SpeechVoice voice) => Names.GetValueOrDefault(voice.Id, voice.Id);

    public static bool HasFixedPitch(SpeechVoice voice) => voice.Id == FixedPitch;
}
