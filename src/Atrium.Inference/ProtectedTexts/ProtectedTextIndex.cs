namespace Atrium.Inference.ProtectedTexts;

/// <summary>
/// Finds passages of known texts in other texts: word for word, whatever the case, punctuation and line breaks. Kept as one sorted hash of 64 bits for each word
/// of the known texts; the texts themselves are not kept.
/// </summary>
public sealed class ProtectedTextIndex
{
    /// <summary>Words of a passage that is looked up whole. Fewer are common phrases.</summary>
    private const int PassageWords = 8;

    /// <summary>A text is found when so many of its words ...</summary>
    private const int FoundWords = 12;

    /// <summary>... among so many stand in such passages: a quotation in which a word was changed here and there is found too.</summary>
    private const int WindowWords = 40;

    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    private readonly ulong[] _passages;

    private ProtectedTextIndex(ulong[] passages) => _passages = passages;

    /// <summary>How many passages there are; 0 for texts of fewer than eight words each.</summary>
    public int Passages => _passages.Length;

    /// <summary>An index of these texts.</summary>
    public static ProtectedTextIndex Of(IEnumerable<string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var passages = new List<ulong>();
        foreach (var text in texts)
        {
            passages.AddRange(PassagesOf(Words(text)));
        }

        var sorted = passages.ToArray();
        Array.Sort(sorted);
        return new(sorted);
    }

    /// <summary>Whether the text has a quotation of twelve words or more.</summary>
    public bool IsQuotedIn(string text)
    {
        var words = Words(text);
        var isKnown = new bool[words.Count];
        var start = 0;
        foreach (var passage in PassagesOf(words))
        {
            if (Array.BinarySearch(_passages, passage) >= 0)
            {
                isKnown.AsSpan(start, PassageWords).Fill(true);
            }

            start++;
        }

        var known = 0;
        for (var end = 0; end < isKnown.Length; end++)
        {
            known += isKnown[end] ? 1 : 0;
            known -= end >= WindowWords && isKnown[end - WindowWords] ? 1 : 0;
            if (known >= FoundWords)
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<ulong> PassagesOf(List<ulong> words)
    {
        for (var start = 0; start + PassageWords <= words.Count; start++)
        {
            var hash = FnvOffset;
            for (var word = start; word < start + PassageWords; word++)
            {
                hash = (hash ^ words[word]) * FnvPrime;
                hash ^= hash >> 29;
            }

            yield return hash;
        }
    }

    /// <summary>A hash of each word. In scripts without spaces a character is a word; an apostrophe does not part a word.</summary>
    private static List<ulong> Words(string text)
    {
        var words = new List<ulong>();
        var (hash, isOpen) = (FnvOffset, false);
        foreach (var c in FoldedText.Of(text))
        {
            if (char.IsLetterOrDigit(c) && !FoldedText.IsUnspaced(c))
            {
                (hash, isOpen) = ((hash ^ c) * FnvPrime, true);
            }
            else if (c is not ('\'' or '\u2019'))
            {
                Close();
                if (char.IsLetterOrDigit(c))
                {
                    words.Add((FnvOffset ^ c) * FnvPrime);
                }
            }
        }

        Close();
        return words;

        void Close()
        {
            if (isOpen)
            {
                words.Add(hash);
                (hash, isOpen) = (FnvOffset, false);
            }
        }
    }
}
