using System.Text.RegularExpressions;
using Atrium.Inference.Hearing;

namespace Atrium.Bench;

/// <summary>A person who speaks a language.</summary>
/// <param name="Language">As two or three letters: en.</param>
/// <param name="Voice">His recordings.</param>
internal sealed record Talker(string Language, Voice Voice);

/// <summary>
/// Recorded people of many languages, out of Debian packages: those of <see cref="VoiceSets"/> and <see cref="SpeechSets"/>, what volunteers say of Tux Paint's stamps
/// (GPL-2) and the actors of Fish Fillets in Czech and Dutch (GPL-2). Nothing of them lies in the repository, and nothing is trained on them.
/// </summary>
internal static partial class LanguageSets
{
    public const string Packages = VoiceSets.Packages + " pocketsphinx-testdata tuxpaint-stamps-default fillets-ng-data-cs fillets-ng-data-nl";
    public const int Expected = 48;
    private const string Stamps = "/usr/share/tuxpaint/stamps", Fish = "/usr/share/games/fillets-ng/sound", KTuberling = "/usr/share/ktuberling/sounds";
    private const int Most = 90 * SpeechAudio.SampleRate;

    /// <summary>Fewer files of a language are no sample of it.</summary>
    private const int LeastFiles = 30;

    public static IEnumerable<Talker> All() => Asterisk().Concat(Short()).Concat(English()).Concat(Painters()).Concat(Actors());

    private static IEnumerable<Talker> Asterisk() => VoiceSets.All(Most).Select(voice => new Talker(voice.Name.Split('_', '/')[0], voice));

    /// <summary>Some ten words each.</summary>
    private static IEnumerable<Talker> Short() =>
        from language in (string[])["es", "fi", "it", "nds", "nl", "pt", "ro", "sr", "sv"]
        let folder = Path.Combine(KTuberling, language)
        where Directory.Exists(folder)
        select new Talker(language, VoiceSets.Read(language, language, Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal), Most));

    /// <summary>Two readers; what is put together of prompts is among the others already.</summary>
    private static IEnumerable<Talker> English() =>
        SpeechSets.All().Take(2).Where(set => !set.Name.Contains("prompts", StringComparison.Ordinal)).Select(set => new Talker("en", new(set.Name, set.Name, [.. set.Clips.SelectMany(clip => clip.Samples)])));

    private static IEnumerable<Talker> Painters() =>
        from file in Files(Stamps)
        let match = Description().Match(Path.GetFileName(file))
        where match.Success && new FileInfo(file).LinkTarget is null
        group file by match.Groups[1].Value into language
        where language.Count() >= LeastFiles
        let code = language.Key.Length == 0 ? "en" : language.Key
        orderby code
        select new Talker(code, VoiceSets.Read("stamps " + code, "stamps " + code, Mixed(language), Most));

    /// <summary>The small and the big fish, each one voice.</summary>
    private static IEnumerable<Talker> Actors() =>
        from language in (string[])["cs", "nl"]
        from fish in (string[])["m", "v"]
        let files = Files(Fish).Where(file => file.Contains($"/{language}/", StringComparison.Ordinal) && Path.GetFileName(file).Contains($"-{fish}-", StringComparison.Ordinal)).ToList()
        where files.Count >= LeastFiles
        select new Talker(language, VoiceSets.Read($"fish {fish} {language}", $"fish {fish} {language}", Mixed(files), Most));

    private static IEnumerable<string> Files(string folder) => Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.ogg", SearchOption.AllDirectories) : [];

    /// <summary>From everywhere in the list, in an order that does not change.</summary>
    private static IEnumerable<string> Mixed(IEnumerable<string> files)
    {
        var ordered = files.Order(StringComparer.Ordinal).ToList();
        return Enumerable.Range(0, ordered.Count).OrderBy(i => i * 7919L % 104729).Select(i => ordered[i]);
    }

    [GeneratedRegex(@"_desc(?:_([a-z]+))?\.ogg$")]
    private static partial Regex Description();
}
