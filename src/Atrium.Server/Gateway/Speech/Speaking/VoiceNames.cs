using System.Text.RegularExpressions;
using Atrium.Inference.Speaking;

namespace Atrium.Server.Gateway.Speech.Speaking;

/// <summary>Our voices' names in the form that the published service's have. Pure.</summary>
internal static partial class VoiceNames
{
    /// <summary>As in en-US-SltFlite.</summary>
    public static string ShortName(SpeechVoice voice) => $"{voice.Locale}-{DisplayName(voice)}";

    /// <summary>As in SltFlite.</summary>
    public static string DisplayName(SpeechVoice voice) => Capital(voice.Engine == "flite" ? voice.Id : voice.Gender.ToString()) + (voice.Engine == "flite" ? "Flite" : "Espeak");

    /// <summary>The long form of a name.</summary>
    public static string LongName(string locale, string name) => $"Microsoft Server Speech Text to Speech Voice ({locale}, {name})";

    /// <summary>The short form of a name that is long.</summary>
    public static string Short(string name) => Long().Match(name) is { Success: true } match ? $"{match.Groups["locale"].Value}-{match.Groups["name"].Value}" : name;

    private static string Capital(string word) => char.ToUpperInvariant(word[0]) + word[1..];

    [GeneratedRegex(@"^Microsoft Server Speech Text to Speech Voice \((?<locale>[A-Za-z-]+), *(?<name>[A-Za-z0-9:]+)\)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Long();
}
