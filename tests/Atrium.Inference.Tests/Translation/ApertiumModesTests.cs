using Atrium.Inference.Translation;

namespace Atrium.Inference.Tests.Translation;

public sealed class ApertiumModesTests
{
    private static readonly ApertiumModes Modes = ApertiumModes.Of(
        "eng-spa", "spa-eng", "spa-cat", "spa-cat_valencia", "cat-spa", "es-pt", "es-pt_BR", "pt-es", "eng-hbs", "eng-hbs_HR", "hbs-eng", "Cyrl-Latn", "eco-es-fr", "nno-nno_e", "README", "xyz-eng");

    [Theory]
    [InlineData("en", "es", "eng-spa")]
    [InlineData("es", "pt", "es-pt_BR")]
    [InlineData("es", "pt-pt", "es-pt")]
    [InlineData("pt", "es", "pt-es")]
    [InlineData("en", "hr", "eng-hbs_HR")]
    [InlineData("en", "bs", "eng-hbs")]
    [InlineData("hr", "en", "hbs-eng")]
    [InlineData("ca", "en", "cat-spa,spa-eng")]
    [InlineData("en", "pt", "eng-spa,es-pt_BR")]
    [InlineData("hr", "es", "hbs-eng,eng-spa")]
    [InlineData("hr", "ca", "")]
    [InlineData("en", "de", "")]
    public void A_way_is_straight_or_by_one_language(string from, string to, string modes) => Assert.Equal(modes, string.Join(',', Modes.Way(from, to)));

    [Fact]
    public void Only_languages_with_a_known_name_are_there() =>
        Assert.Equal(["bs", "ca", "en", "es", "hr", "pt", "pt-pt", "sr-Latn"], Modes.Sources.Union(Modes.Targets).Order(StringComparer.Ordinal));
}
