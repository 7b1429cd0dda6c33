using Atrium.Inference.Hearing;
using Atrium.Server.Gateway.Speech.Speaking;

namespace Atrium.Server.Gateway.Speech.Hearing;

/// <summary>Locales of which one is spoken, as far as they are told apart without a connection: English from everything else. Pure.</summary>
internal sealed class SpokenCandidates
{
    /// <summary>Likelihoods of the language told (<c>bench/run languages</c> measures how often it is right).</summary>
    private const float High = 0.9f, Medium = 0.7f;
    private const string EnglishOfAll = "en-US";

    private readonly bool hasOthers;

    /// <summary>The one other language where there is only one; null where it cannot be named.</summary>
    private readonly string? other;

    private SpokenCandidates(string english, bool hasOthers, string? other) => (English, this.hasOthers, this.other) = (english, hasOthers, other);

    /// <summary>The locale of English, the first of them.</summary>
    public string English { get; }

    /// <summary>Null where English is not among them, so that nothing here tells or hears which it is.</summary>
    /// <param name="locales">None where the caller leaves it open; that is taken for English, so that nobody who does not ask loses a word.</param>
    public static SpokenCandidates? Of(IReadOnlyList<string> locales)
    {
        if (locales.Count == 0)
        {
            return new(EnglishOfAll, hasOthers: false, other: null);
        }

        var others = locales.Where(locale => !Listener.Understands(locale)).ToList();
        return locales.FirstOrDefault(Listener.Understands) is not { } english ? null
            : new(english, others.Count > 0, others.DistinctBy(locale => locale.Split('-', '_')[0], StringComparer.OrdinalIgnoreCase).Count() == 1 ? others[0] : null);
    }

    /// <summary>When it has to be judged which it is.</summary>
    public LanguageQuestion Question(bool isContinuous) => !hasOthers ? LanguageQuestion.None : isContinuous ? LanguageQuestion.Continuous : LanguageQuestion.AtStart;

    /// <summary>The phrase with its locale; without one where that is not told.</summary>
    public SpeechPhrase Name(SpeechPhrase phrase) => phrase.Likely is null ? phrase : phrase with { Locale = IsUnheard(phrase) ? other : English };

    /// <summary>All phrases of it with their locales.</summary>
    public Transcript Name(Transcript transcript) => transcript with { Phrases = [.. transcript.Phrases.Select(Name)], Unheard = [.. transcript.Unheard.Select(Name)] };

    /// <summary>Whether it is in another language, which nobody heard.</summary>
    public static bool IsUnheard(SpeechPhrase phrase) => phrase is { IsOther: true, Text.Length: 0 };

    /// <summary>How sure the language of a phrase is, as the protocol writes it.</summary>
    public static string ConfidenceOf(SpeechPhrase phrase) => phrase switch
    {
        { Likely: { } likely } => Math.Max(likely, 1 - likely) switch { >= High => "High", >= Medium => "Medium", _ => "Low" },

        // English of some region, which is not told.
        { Locale: null } => "Low",
        _ => "High",
    };

    /// <summary>Why a phrase has no text.</summary>
    /// <param name="howTo">What an administrator does to have it heard.</param>
    public string Unheard(string howTo) => other is null
        ? $"By ear this is not English. No embedded model tells which other language it is, or hears it. {howTo}"
        : $"By ear this is {LocaleNames.Of(other)} and not English, and no embedded model hears '{other}'. {howTo}";
}
