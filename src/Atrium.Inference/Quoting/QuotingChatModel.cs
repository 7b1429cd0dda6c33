using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Atrium.Inference.Quoting;

/// <summary>
/// The chat model that is there before any other: it writes nothing of its own but quotes, word for word, the sentences of the
/// conversation and its documents that come nearest to the last question, and says so.
/// </summary>
public sealed partial class QuotingChatModel(ITextEmbedder embedder) : IChatModel
{
    /// <summary>The name under which it is offered.</summary>
    public const string ModelName = "atrium-quote";

    /// <summary>What every answer with quotes begins with.</summary>
    public const string LeadIn = "This model does not write, it quotes; from what was given, these sentences come nearest to the question:";

    /// <summary>The answer when no sentence fits.</summary>
    public const string NothingFound =
        "This model does not write, it quotes, and nothing in the messages or documents given comes near this question. "
        + "For a model that writes, put a GGUF file into the models folder or connect one with `atrium connect`.";

    private const int MaxPromptTokens = 32_768;
    private readonly QuoteRanker _ranker = new(embedder);

    /// <inheritdoc/>
    public string Name => ModelName;

    /// <inheritdoc/>
    public bool Generates => false;

    /// <inheritdoc/>
    public int ContextTokens => MaxPromptTokens;

    /// <inheritdoc/>
    public async IAsyncEnumerable<ChatPiece> AnswerAsync(ChatPrompt prompt, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var promptTokens = Count(prompt);
        if (promptTokens >= ContextTokens)
        {
            throw new TextTooLongException(0, promptTokens, ContextTokens - 1);
        }

        var quotes = await _ranker.FindAsync(QuoteSources.Of(prompt.Turns), prompt.Lane, cancellationToken);
        var limit = Math.Min(prompt.MaxTokens ?? int.MaxValue, ContextTokens - promptTokens);
        var answer = quotes.Count == 0 ? NothingFound : $"{LeadIn}\n\n{string.Join("\n\n", quotes.Select(quote => "> " + quote))}";
        foreach (var piece in Pieces(answer, promptTokens, limit, prompt.Stop))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return piece;
        }
    }

    /// <inheritdoc/>
    public ValueTask<int> CountAsync(ChatPrompt prompt, CancellationToken cancellationToken) => new(Count(prompt));

    private int Count(ChatPrompt prompt) => prompt.Turns.Sum(turn => embedder.CountTokens(turn.Content));

    private IEnumerable<ChatPiece> Pieces(string answer, int promptTokens, int limit, IReadOnlyList<string> stops)
    {
        var scanner = new StopScanner(stops);
        var tokens = 0;
        foreach (Match word in Word().Matches(answer))
        {
            var more = tokens + embedder.CountTokens(word.Value.TrimStart());
            if (more > limit)
            {
                yield return new(scanner.End(), promptTokens, tokens, ChatFinish.Length);
                yield break;
            }

            tokens = more;
            var text = scanner.Add(word.Value);
            if (scanner.Stopped)
            {
                yield return new(text, promptTokens, tokens, ChatFinish.Stop);
                yield break;
            }

            if (text.Length > 0)
            {
                yield return new(text, promptTokens, tokens, null);
            }
        }

        yield return new(scanner.End(), promptTokens, tokens, ChatFinish.Stop);
    }

    /// <summary>A word with the white space before it.</summary>
    [GeneratedRegex(@"\s*\S+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
