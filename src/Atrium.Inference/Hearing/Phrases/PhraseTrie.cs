namespace Atrium.Inference.Hearing.Phrases;

/// <summary>
/// The phrases of a list by the pieces that they are written with. Where a text stands in it is a <see cref="PhraseState"/>. The first pieces of each word are worth the same, and
/// what a phrase was worth so far is given back where it is not completed: at the end of its last piece, its last word over.
/// </summary>
internal sealed class PhraseTrie
{
    private readonly PieceVocabulary _pieces;

    private PhraseTrie(PieceVocabulary pieces, PhraseRules rules) => (_pieces, Rules) = (pieces, rules);

    public PhraseRules Rules { get; }

    public PhraseNode Root { get; } = new(0);

    public static PhraseTrie Of(PhraseList list, PieceVocabulary pieces, PhraseRules rules)
    {
        var trie = new PhraseTrie(pieces, rules);
        var worth = rules.Worth * Math.Min(list.Weight, PhraseList.MostWeight);
        foreach (var form in list.Phrases.SelectMany(PhraseForms.Of).Distinct(StringComparer.Ordinal))
        {
            var (node, inWord) = (trie.Root, 0);
            foreach (var piece in pieces.Split(" " + form))
            {
                inWord = pieces.BeginsWord(piece) ? 1 : inWord + 1;
                node = node.Add(piece, inWord <= rules.MostPieces ? worth : 0);
            }

            node.IsPhrase = true;
        }

        trie.Link();
        return trie;
    }

    public bool BeginsWord(int piece) => _pieces.BeginsWord(piece);

    /// <summary>Where a text stands with one more piece.</summary>
    public PhraseState Next(PhraseState state, int piece)
    {
        var (node, earned) = state;
        if (node.Children.TryGetValue(piece, out var child))
        {
            return new(child, earned);
        }

        var kept = node.IsPhrase && _pieces.EndsWord(piece) ? node.Total : node.Kept;
        if (kept == 0)
        {
            // Another phrase may have begun within this one.
            for (var other = node.Inner; other is not null; other = other.Inner)
            {
                if (other.Children.TryGetValue(piece, out child))
                {
                    return new(child, earned);
                }
            }
        }

        return new(Root.Children.GetValueOrDefault(piece, Root), earned + kept);
    }

    /// <summary>The links from a phrase to the longest other that begins within it and stands at the same piece (Aho and Corasick). Breadth first: those of shorter ones are there already.</summary>
    private void Link()
    {
        var (open, all) = (new Queue<PhraseNode>([Root]), new List<PhraseNode>());
        while (open.TryDequeue(out var node))
        {
            all.Add(node);
            foreach (var (piece, child) in node.Children)
            {
                for (child.Inner = node.Inner; child.Inner is not null && !child.Inner.Children.ContainsKey(piece);)
                {
                    child.Inner = child.Inner.Inner;
                }

                child.Inner = child.Inner?.Children[piece] ?? Root;
                child.Kept = node.IsPhrase && _pieces.BeginsWord(piece) ? node.Total : node.Kept;
                open.Enqueue(child);
            }
        }

        for (var i = all.Count - 1; i >= 0; i--)
        {
            all[i].Seal();
        }
    }
}

/// <summary>The beginning of a phrase, or the whole.</summary>
/// <param name="total">What its pieces are worth.</param>
internal sealed class PhraseNode(float total)
{
    public Dictionary<int, PhraseNode> Children { get; } = [];

    /// <summary>The pieces that go on.</summary>
    public int[] Pieces { get; private set; } = [];

    public float Total => total;

    /// <summary>What stays of that when nothing more of a phrase comes: what the shorter phrase was worth that is over with it.</summary>
    public float Kept { get; set; }

    /// <summary>What the most valuable phrase that begins so is worth.</summary>
    public float Most { get; private set; }

    public bool IsPhrase { get; set; }

    /// <summary>The longest other phrase that begins within it; null for the root.</summary>
    public PhraseNode? Inner { get; set; }

    public PhraseNode Add(int piece, float worth)
    {
        if (!Children.TryGetValue(piece, out var child))
        {
            Children.Add(piece, child = new(total + worth));
        }

        return child;
    }

    /// <summary>Once all that goes on from it is there, and sealed.</summary>
    public void Seal() => (Pieces, Most) = ([.. Children.Keys], Children.Values.Select(child => child.Most).Append(Total).Max());
}

/// <summary>Where a text stands among the phrases.</summary>
/// <param name="Node">The phrase that may be under way; the root for none.</param>
/// <param name="Earned">What completed phrases were worth.</param>
internal readonly record struct PhraseState(PhraseNode Node, float Earned)
{
    /// <summary>With what the phrase under way is worth so far.</summary>
    public float Promised => Earned + Node.Total;
}
