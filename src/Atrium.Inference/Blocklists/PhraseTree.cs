namespace Atrium.Inference.Blocklists;

/// <summary>
/// A radix tree of folded phrases: at most two nodes a phrase, whatever their length. Finding costs at most one comparison for each character of the text and
/// each character of the longest phrase, whatever the number of phrases.
/// </summary>
internal sealed class PhraseTree
{
    private const int None = -1;
    private readonly string[] _phrases;
    private readonly List<Node> _nodes = [];

    /// <param name="phrases">Folded, none empty, none twice.</param>
    public PhraseTree(IEnumerable<string> phrases)
    {
        _phrases = [.. phrases.Order(StringComparer.Ordinal)];
        if (_phrases.Length > 0)
        {
            Build(0, _phrases.Length, 0);
        }
    }

    /// <summary>The phrases that stand in a folded text as whole words, each once.</summary>
    public HashSet<string> Find(string text)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (var start = 0; start < text.Length && _nodes.Count > 0; start++)
        {
            if (start == 0 || FoldedText.IsBoundary(text[start - 1], text[start]))
            {
                Walk(text, start, found);
            }
        }

        return found;
    }

    private void Walk(string text, int start, HashSet<string> found)
    {
        for (var node = _nodes[0]; ;)
        {
            if (text.Length - start < node.Depth || !Label(node).SequenceEqual(text.AsSpan(start + node.From, node.Depth - node.From)))
            {
                return;
            }

            var end = start + node.Depth;
            if (node.Phrase != None && (end == text.Length || FoldedText.IsBoundary(text[end - 1], text[end])))
            {
                found.Add(_phrases[node.Phrase]);
            }

            if (end == text.Length || ChildOf(node, text[end]) is not { } next)
            {
                return;
            }

            node = next;
        }
    }

    private ReadOnlySpan<char> Label(Node node) => _phrases[node.Sample].AsSpan(node.From, node.Depth - node.From);

    private Node? ChildOf(Node node, char first)
    {
        var at = node.Firsts.AsSpan().BinarySearch(first);
        return at < 0 ? null : _nodes[node.Children[at]];
    }

    /// <summary>The node of the sorted phrases from low to high, which agree in their first characters. Deepens by one node at most for each character.</summary>
    private int Build(int low, int high, int from)
    {
        var depth = CommonLength(_phrases[low], _phrases[high - 1]);
        var at = _nodes.Count;
        var node = new Node { Sample = low, From = from, Depth = depth, Phrase = _phrases[low].Length == depth ? low : None };
        _nodes.Add(node);
        var (firsts, children) = (new List<char>(), new List<int>());
        for (var next = node.Phrase == None ? low : low + 1; next < high;)
        {
            var first = _phrases[next][depth];
            var end = next + 1;
            while (end < high && _phrases[end][depth] == first)
            {
                end++;
            }

            firsts.Add(first);
            children.Add(Build(next, end, depth));
            next = end;
        }

        node.Firsts = [.. firsts];
        node.Children = [.. children];
        return at;
    }

    private static int CommonLength(string one, string other) => one.AsSpan().CommonPrefixLength(other);

    /// <summary>The characters of its phrases from one place to another, and what may follow them.</summary>
    private sealed class Node
    {
        public required int Sample { get; init; }

        public required int From { get; init; }

        public required int Depth { get; init; }

        /// <summary>The phrase that ends here.</summary>
        public required int Phrase { get; init; }

        public char[] Firsts { get; set; } = [];

        public int[] Children { get; set; } = [];
    }
}
