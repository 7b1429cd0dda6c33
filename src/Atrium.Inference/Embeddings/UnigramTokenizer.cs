using System.Runtime.InteropServices;
using System.Text.Json;

namespace Atrium.Inference.Embeddings;

/// <summary>
/// Splits text into the pieces of a unigram vocabulary so that the sum of their scores is highest (Viterbi), as SentencePiece does.
/// A word begins with U+2581. Characters without a piece become one unknown token, however many stand together.
/// </summary>
internal sealed class UnigramTokenizer
{
    private const int UnknownToken = 0;
    private const int ReservedTokens = 6;
    private const char WordStart = '\u2581';

    /// <summary>Below every score of the vocabulary, so an unknown character is the last resort.</summary>
    private const float UnknownScore = -20;

    // A trie: the child of a node under a character, and the piece that ends at a node.
    private readonly Dictionary<(int Node, char Next), int> _children = [];
    private readonly List<(int Token, float Score)> _pieces = [(UnknownToken, 0)];

    private UnigramTokenizer()
    {
    }

    /// <summary>Reads a vocabulary: a JSON array of [piece, score], the token being the position.</summary>
    public static UnigramTokenizer Read(string vocabularyJson)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(vocabularyJson));
        var tokenizer = new UnigramTokenizer();
        var token = 0;
        foreach (var piece in document.RootElement.EnumerateArray())
        {
            // Pieces without a score stand for themselves wherever they occur (":", "://"), so they cost nothing.
            var score = piece[1].ValueKind == JsonValueKind.Number ? piece[1].GetSingle() : 0;
            if (token >= ReservedTokens)
            {
                tokenizer.Add(piece[0].GetString()!, token, score);
            }

            token++;
        }

        return tokenizer;
    }

    /// <summary>The tokens of a text. A text without any character is one unknown token.</summary>
    public int[] Encode(string text)
    {
        var folded = TextFolding.Fold(text);
        var characters = new char[folded.Length + 1];
        characters[0] = WordStart;
        folded.AsSpan().Replace(characters.AsSpan(1), ' ', WordStart);
        return folded.Length == 0 ? [UnknownToken] : BestPath(characters);
    }

    private int[] BestPath(ReadOnlySpan<char> characters)
    {
        var steps = new Step[characters.Length + 1];
        Array.Fill(steps, new(0, UnknownToken, float.NegativeInfinity));
        steps[0] = new(0, UnknownToken, 0);
        for (var start = 0; start < characters.Length; start++)
        {
            var score = steps[start].Score;
            var node = 0;
            var foundOne = false;
            for (var end = start; end < characters.Length && _children.TryGetValue((node, characters[end]), out node); end++)
            {
                var (token, pieceScore) = _pieces[node];
                if (token != UnknownToken)
                {
                    foundOne |= end == start;
                    Offer(ref steps[end + 1], new(start, token, score + pieceScore));
                }
            }

            if (!foundOne)
            {
                Offer(ref steps[start + 1], new(start, UnknownToken, score + UnknownScore));
            }
        }

        return Trace(steps);
    }

    private static void Offer(ref Step best, Step step)
    {
        if (step.Score > best.Score)
        {
            best = step;
        }
    }

    private static int[] Trace(Step[] steps)
    {
        var tokens = new List<int>(steps.Length / 2);
        for (var end = steps.Length - 1; end > 0; end = steps[end].From)
        {
            if (steps[end].Token != UnknownToken || tokens is [] || tokens[^1] != UnknownToken)
            {
                tokens.Add(steps[end].Token);
            }
        }

        var ordered = tokens.ToArray();
        ordered.AsSpan().Reverse();
        return ordered;
    }

    private void Add(string piece, int token, float score)
    {
        var node = 0;
        foreach (var character in piece)
        {
            ref var child = ref CollectionsMarshal.GetValueRefOrAddDefault(_children, (node, character), out var exists);
            if (!exists)
            {
                child = _pieces.Count;
                _pieces.Add((UnknownToken, 0));
            }

            node = child;
        }

        _pieces[node] = (token, score);
    }

    private readonly record struct Step(int From, int Token, float Score);
}
