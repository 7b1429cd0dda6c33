using System.Text.RegularExpressions;
using Atrium.Portal.Texts;

namespace Atrium.Portal.Tests.Texts;

/// <summary>Every word of the portal is in every language.</summary>
public sealed partial class LanguageTests
{
    private static readonly string Source = Path.Combine(Sources.Root, "src", "Atrium.Portal");

    public static TheoryData<string> Codes => [.. Language.All.Select(l => l.Code)];

    [Fact]
    public void There_are_English_and_German() => Assert.Equal(["de", "en"], Language.All.Select(l => l.Code).Order());

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_language_has_the_texts_of_the_others_and_no_more(string code) =>
        Assert.Equal(Language.Find(Language.DefaultCode)!.Keys.Order(StringComparer.Ordinal), Language.Find(code)!.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Codes))]
    public void A_text_fills_in_the_same_values_in_every_language(string code)
    {
        var (one, other) = (Language.Find(Language.DefaultCode)!, Language.Find(code)!);
        Assert.DoesNotContain(one.Keys, key => !Places(one, key).SetEquals(Places(other, key)));
    }

    [Fact]
    public void A_text_that_a_page_names_is_there()
    {
        var known = Language.Find(Language.DefaultCode)!.Keys.ToHashSet();
        var named = Directory.EnumerateFiles(Source, "*.*", SearchOption.AllDirectories)
            .Where(f => f.EndsWith(".razor", StringComparison.Ordinal) || f.EndsWith(".cs", StringComparison.Ordinal))
            .SelectMany(f => Named().Matches(File.ReadAllText(f)).SelectMany(m => m.Groups["count"].Success
                ? (string[])[$"{m.Groups["key"].Value}.one", $"{m.Groups["key"].Value}.other"]
                : [m.Groups["key"].Value]));
        Assert.DoesNotContain(named, key => !known.Contains(key));
    }

    [Theory]
    [InlineData("de-AT,de;q=0.9,en;q=0.8", "de")]
    [InlineData("fr,en;q=0.5,de;q=0.7", "de")]
    [InlineData("fr", "en")]
    [InlineData(null, "en")]
    [InlineData(";;q=x,,", "en")]
    public void The_browsers_languages_choose(string? header, string code) => Assert.Equal(code, Language.OfHeader(header).Code);

    [Fact]
    public void Numbers_and_times_are_written_as_the_language_does()
    {
        var words = new Words();
        words.Speak(Language.Find("de")!);
        words.Live("Europe/Berlin");
        Assert.Equal(("1.234.567", "3,5", "31.01.2026 13:00"), (words.Number(1234567), words.Number(3.5, 1), words.Time(new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero))));
        Assert.Equal("vor 2 Minuten", words.Ago(default, default(DateTimeOffset).AddMinutes(2)));
    }

    private static HashSet<string> Places(Language language, string key) => [.. Place().Matches(language.TextOf(key)!).Select(m => m.Value)];

    [GeneratedRegex(@"\{\d\}")]
    private static partial Regex Place();

    [GeneratedRegex("""(?<![A-Za-z$])(T|words)(\[|(?<count>\.Count\())"(?<key>[a-z][A-Za-z0-9.\-]+)"[\],]""")]
    private static partial Regex Named();
}
