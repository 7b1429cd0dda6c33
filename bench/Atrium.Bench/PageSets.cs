using SkiaSharp;

namespace Atrium.Bench;

/// <summary>A page that the bench drew.</summary>
/// <param name="Kind">How it was treated.</param>
/// <param name="Bytes">The file.</param>
/// <param name="Lines">What stands on it.</param>
internal sealed record DrawnPage(string Kind, byte[] Bytes, string[] Lines);

/// <summary>
/// Pages with known lines, drawn with fonts of Debian packages and made hard to read. Half of them, with fonts and texts of their own, are for choosing rules by; the
/// figures are those of the other half. The same pages at every run.
/// </summary>
internal static class PageSets
{
    /// <summary>What to install for all fonts.</summary>
    public const string Packages = "apt-get install fonts-dejavu-core fonts-liberation fonts-lato fonts-freefont-ttf fonts-open-sans fonts-crosextra-carlito fonts-crosextra-caladea fonts-courier-prime fonts-ebgaramond fonts-roboto-unhinted";

    private const string Fonts = "/usr/share/fonts";
    private const int PagesOfAKind = 12;
    private static readonly string[] TuningFonts = ["DejaVuSans", "DejaVuSerif", "LiberationSans-Regular", "LiberationMono-Regular", "LiberationSerif-Italic", "Lato-Regular", "FreeSerif"];
    private static readonly string[] KeptFonts = ["LiberationSerif-Regular", "OpenSans-Regular", "Carlito-Regular", "Caladea-Regular", "Courier Prime", "EBGaramond12-Regular", "Roboto-Regular", "FreeSans"];

    private static readonly (string Name, PageTreatment Treatment)[] Kinds =
    [
        ("straight", new()),
        ("a few degrees", new() { Turn = 6 }),
        ("turned", new() { Turn = 180 }),
        ("small letters", new() { FontSize = (11, 15), Turn = 2 }),
        ("photographed", new() { Turn = 8, Perspective = 0.12f, Blur = 0.9f, Noise = 9, Shade = 0.5f, Quality = 60 }),
        ("photographed, turned", new() { Turn = 180, Perspective = 0.12f, Blur = 0.9f, Noise = 9, Shade = 0.5f, Quality = 60 }),
    ];

    public static IReadOnlyList<DrawnPage> Tuning(int pages = PagesOfAKind) => Draw(PageTexts.Tuning, TuningFonts, 1000, pages);

    public static IReadOnlyList<DrawnPage> Kept(int pages = PagesOfAKind) => Draw(PageTexts.Kept, KeptFonts, 2000, pages);

    /// <summary>Fonts that are not installed; without them there are other pages.</summary>
    public static string[] MissingFonts => [.. TuningFonts.Concat(KeptFonts).Where(name => FileOf(name) is null)];

    private static string? FileOf(string font) =>
        Directory.Exists(Fonts) ? Directory.EnumerateFiles(Fonts, font + ".?tf", SearchOption.AllDirectories).FirstOrDefault() : null;

    private static List<DrawnPage> Draw(PageTexts texts, string[] fontNames, int seed, int pages)
    {
        var fonts = fontNames.Select(FileOf).OfType<string>().Select(file => SKTypeface.FromFile(file)).ToArray();
        var drawn = new List<DrawnPage>();
        foreach (var (kind, at) in Kinds.Select((kind, at) => (kind, at)))
        {
            for (var page = 0; page < pages && fonts.Length > 0; page++)
            {
                var dice = new Dice((ulong)(seed + (at * 100) + page));
                var lines = texts.Lines(dice, dice.Next(4, 9));
                drawn.Add(new(kind.Name, PageDrawing.Draw(lines, fonts[page % fonts.Length], kind.Treatment, dice), lines));
            }
        }

        return drawn;
    }
}
