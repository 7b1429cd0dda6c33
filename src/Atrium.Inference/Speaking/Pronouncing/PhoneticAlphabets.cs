using System.Collections.Frozen;
using System.Text;

namespace Atrium.Inference.Speaking.Pronouncing;

/// <summary>English pronunciations in the published phonetic alphabets, as the phones of an English voice. Pure.</summary>
public static class PhoneticAlphabets
{
    /// <summary>The symbols of the International Phonetic Alphabet that English has, longest first.</summary>
    private static readonly (string Symbol, string[] Phones)[] Ipa = [.. new (string, string[])[]
    {
        ("eɪ", ["ey"]), ("aɪ", ["ay"]), ("aʊ", ["aw"]), ("ɔɪ", ["oy"]), ("oʊ", ["ow"]), ("əʊ", ["ow"]), ("tʃ", ["ch"]), ("dʒ", ["jh"]), ("t͡ʃ", ["ch"]), ("d͡ʒ", ["jh"]),
        ("ɪə", ["ih", "ax"]), ("eə", ["eh", "ax"]), ("ʊə", ["uh", "ax"]), ("i", ["iy"]), ("ɪ", ["ih"]), ("e", ["eh"]), ("ɛ", ["eh"]), ("æ", ["ae"]), ("a", ["aa"]), ("ɑ", ["aa"]), ("ɒ", ["aa"]),
        ("ɔ", ["ao"]), ("o", ["ow"]), ("ʊ", ["uh"]), ("u", ["uw"]), ("ʌ", ["ah"]), ("ə", ["ax"]), ("ɐ", ["ax"]), ("ɨ", ["ih"]), ("ɝ", ["er"]), ("ɚ", ["er"]), ("ɜ", ["er"]), ("p", ["p"]), ("b", ["b"]),
        ("t", ["t"]), ("d", ["d"]), ("ɾ", ["d"]), ("k", ["k"]), ("g", ["g"]), ("ɡ", ["g"]), ("m", ["m"]), ("n", ["n"]), ("ŋ", ["ng"]), ("f", ["f"]), ("v", ["v"]), ("θ", ["th"]), ("ð", ["dh"]),
        ("s", ["s"]), ("z", ["z"]), ("ʃ", ["sh"]), ("ʒ", ["zh"]), ("h", ["hh"]), ("x", ["k"]), ("l", ["l"]), ("ɫ", ["l"]), ("r", ["r"]), ("ɹ", ["r"]), ("j", ["y"]), ("w", ["w"]), ("ʍ", ["w"]), ("ʔ", []),
    }.OrderByDescending(pair => pair.Item1.Length)];

    /// <summary>Of X-SAMPA what the table above has.</summary>
    private static readonly (string Symbol, string Ipa)[] XSampa = [.. new (string, string)[]
    {
        ("r\\", "ɹ"), ("@`", "ɚ"), ("3`", "ɝ"), ("A", "ɑ"), ("D", "ð"), ("E", "ɛ"), ("I", "ɪ"), ("N", "ŋ"), ("O", "ɔ"), ("Q", "ɒ"), ("S", "ʃ"), ("T", "θ"), ("U", "ʊ"), ("V", "ʌ"), ("W", "ʍ"), ("Z", "ʒ"),
        ("@", "ə"), ("{", "æ"), ("3", "ɜ"), ("1", "ɨ"), ("4", "ɾ"), ("5", "ɫ"), ("6", "ɐ"), ("?", "ʔ"), ("\"", "ˈ"), ("%", "ˌ"), (":", "ː"), ("-\\", "‿"),
    }.OrderByDescending(pair => pair.Item1.Length)];

    private static readonly FrozenSet<string> Vowels = FrozenSet.Create("aa", "ae", "ah", "ao", "aw", "ax", "ay", "eh", "er", "ey", "ih", "iy", "ow", "oy", "uh", "uw");

    private static readonly FrozenSet<string> Consonants =
        FrozenSet.Create("b", "ch", "d", "dh", "f", "g", "hh", "jh", "k", "l", "m", "n", "ng", "p", "r", "s", "sh", "t", "th", "v", "w", "y", "z", "zh");

    /// <summary>Names of the Universal Phone Set that differ from ours.</summary>
    private static readonly FrozenDictionary<string, string> Ups = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["AI"] = "ay", ["AU"] = "aw", ["EI"] = "ey", ["OI"] = "oy", ["OU"] = "ow", ["O"] = "ow", ["I"] = "iy", ["U"] = "uw", ["H"] = "hh", ["J"] = "y", ["A"] = "aa", ["E"] = "eh", ["Q"] = "aa", ["RA"] = "r", ["ET"] = "ax",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The alphabets that are read.</summary>
    public static IReadOnlyList<string> Names { get; } = ["ipa", "sapi", "ups", "x-sampa"];

    /// <summary>Reads a pronunciation. Vowels bear their stress, 1 or 0.</summary>
    /// <param name="alphabet">One of <see cref="Names"/>.</param>
    /// <param name="pronunciation">In that alphabet.</param>
    /// <param name="phones">For the voice.</param>
    /// <param name="unknown">What was not understood, if not all was.</param>
    public static bool TryRead(string alphabet, string pronunciation, out IReadOnlyList<string> phones, out string unknown)
    {
        ArgumentNullException.ThrowIfNull(pronunciation);
        var found = new List<string>();
        unknown = alphabet switch
        {
            "ipa" => ReadIpa(pronunciation, found),
            "x-sampa" => ReadIpa(ToIpa(pronunciation), found),
            "sapi" => ReadNames(pronunciation, found, name => name is "h" ? "hh" : name),
            "ups" => ReadNames(pronunciation, found, name => Ups.GetValueOrDefault(name, name).ToLowerInvariant()),
            _ => alphabet,
        };
        phones = Stressed(found);
        return unknown.Length == 0 && phones.Count > 0;
    }

    private static string ReadIpa(string text, List<string> phones)
    {
        var rest = text.Normalize(NormalizationForm.FormD).AsSpan();
        while (!rest.IsEmpty)
        {
            var length = 1;
            switch (rest[0])
            {
                case 'ˈ':
                    phones.Add("1");
                    break;
                case 'ˌ' or '.' or 'ː' or 'ˑ' or '‿' or '͡' or ' ' or '\u0329' or '\u02B0':
                    break;
                default:
                    if (Match(rest) is not var (symbol, known))
                    {
                        return rest[0].ToString();
                    }

                    phones.AddRange(known);
                    length = symbol.Length;
                    break;
            }

            rest = rest[length..];
        }

        return "";
    }

    private static (string Symbol, string[] Phones)? Match(ReadOnlySpan<char> text)
    {
        foreach (var pair in Ipa)
        {
            if (text.StartsWith(pair.Symbol, StringComparison.Ordinal))
            {
                return pair;
            }
        }

        return null;
    }

    private static string ToIpa(string text)
    {
        var ipa = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var pair = Array.Find(XSampa, pair => string.CompareOrdinal(text, at, pair.Symbol, 0, pair.Symbol.Length) == 0);
            ipa.Append(pair.Symbol is null ? text[at].ToString() : pair.Ipa);
            at += pair.Symbol?.Length ?? 1;
        }

        return ipa.ToString();
    }

    /// <summary>Names with white space between; a stress follows its vowel, which is why it is put before it here.</summary>
    private static string ReadNames(string text, List<string> phones, Func<string, string> ours)
    {
        foreach (var name in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            switch (name)
            {
                case "-" or "." or "&" or "2" or "S2":
                    break;
                case "1" or "S1":
                    phones.Insert(Math.Max(0, phones.Count - 1), "1");
                    break;
                default:
                    var phone = ours(name);
                    if (!Vowels.Contains(phone) && !Consonants.Contains(phone))
                    {
                        return name;
                    }

                    phones.Add(phone);
                    break;
            }
        }

        return "";
    }

    /// <summary>A stress goes to the vowel that follows; without any the first vowel has it.</summary>
    private static List<string> Stressed(List<string> found)
    {
        var isNext = !found.Contains("1");
        var phones = new List<string>(found.Count);
        foreach (var phone in found)
        {
            if (phone == "1")
            {
                isNext = true;
            }
            else if (Vowels.Contains(phone))
            {
                phones.Add(phone + (isNext && phone != "ax" ? "1" : "0"));
                isNext = isNext && phone == "ax";
            }
            else
            {
                phones.Add(phone);
            }
        }

        return phones;
    }
}
