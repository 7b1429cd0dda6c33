using System.Collections.Frozen;

namespace Atrium.Inference.Translation;

/// <summary>The pairs of languages that are installed for Apertium, as its folder of modes lists them. Immutable.</summary>
internal sealed class ApertiumModes
{
    private const string Extension = ".mode";

    /// <summary>Names of languages in modes where they are not the code itself. A mode's name has ISO 639-3, older ones ISO 639-1.</summary>
    private static readonly FrozenDictionary<string, string[]> Codes = new Dictionary<string, string[]>
    {
        ["afr"] = ["af"], ["arg"] = ["an"], ["bel"] = ["be"], ["bul"] = ["bg"], ["cat"] = ["ca"], ["cym"] = ["cy"], ["dan"] = ["da"], ["eng"] = ["en"], ["epo"] = ["eo"], ["eus"] = ["eu"],
        ["fra"] = ["fr"], ["glg"] = ["gl"], ["hin"] = ["hi"], ["ind"] = ["id"], ["isl"] = ["is"], ["ita"] = ["it"], ["mkd"] = ["mk"], ["mlt"] = ["mt"], ["nld"] = ["nl"], ["nno"] = ["nn"], ["nob"] = ["nb"],
        ["oci"] = ["oc"], ["pol"] = ["pl"], ["ron"] = ["ro"], ["rus"] = ["ru"], ["slv"] = ["sl"], ["spa"] = ["es"], ["srd"] = ["sc"], ["swe"] = ["sv"], ["tat"] = ["tt"], ["ukr"] = ["uk"], ["urd"] = ["ur"],
        ["zlm"] = ["ms"], ["hbs"] = ["sr-Latn", "hr", "bs"], ["hbs_SR"] = ["sr-Latn"], ["hbs_HR"] = ["hr"], ["hbs_BS"] = ["bs"],
        ["pt"] = ["pt-pt", "pt"], ["por"] = ["pt-pt", "pt"], ["pt_BR"] = ["pt"], ["por_BR"] = ["pt"],
    }.ToFrozenDictionary();

    private readonly FrozenDictionary<(string From, string To), string> _modes;

    private ApertiumModes(IEnumerable<string> names)
    {
        // One with a region comes after the one without, and is the better for its language.
        var modes = new Dictionary<(string, string), string>();
        foreach (var name in names.Order(StringComparer.Ordinal))
        {
            if (name.Split('-') is [var source, var target])
            {
                foreach (var pair in CodesOf(source).SelectMany(from => CodesOf(target).Select(to => (from, to))).Where(pair => pair.from != pair.to))
                {
                    modes[pair] = name;
                }
            }
        }

        _modes = modes.ToFrozenDictionary();
        Sources = _modes.Keys.Select(pair => pair.From).ToFrozenSet();
        Targets = _modes.Keys.Select(pair => pair.To).ToFrozenSet();
    }

    public static ApertiumModes None { get; } = new([]);

    public FrozenSet<string> Sources { get; }

    public FrozenSet<string> Targets { get; }

    public IEnumerable<(string From, string To)> Pairs => _modes.Keys;

    public static ApertiumModes Read(string folder) => new(Directory.EnumerateFiles(folder, "*" + Extension).Select(file => Path.GetFileNameWithoutExtension(file)));

    /// <summary>For tests: modes of these names.</summary>
    internal static ApertiumModes Of(params string[] names) => new(names);

    /// <summary>The modes to go through: one, or two by way of a third language where nothing leads straight there. Empty where no way leads.</summary>
    public IReadOnlyList<string> Way(string from, string to)
    {
        if (_modes.TryGetValue((from, to), out var straight))
        {
            return [straight];
        }

        // The way by English, Spanish or Catalan where there is one: the largest dictionaries are theirs.
        var by = Targets.Where(between => _modes.ContainsKey((from, between)) && _modes.ContainsKey((between, to)))
            .OrderBy(between => Array.IndexOf((string[])["ca", "es", "en"], between)).ThenBy(between => between, StringComparer.Ordinal).LastOrDefault();
        return by is null ? [] : [_modes[(from, by)], _modes[(by, to)]];
    }

    private static string[] CodesOf(string name) =>
        Codes.TryGetValue(name, out var codes) ? codes : TranslationLanguages.Find(name) is { } language && language.Code == name ? [language.Code] : [];
}
