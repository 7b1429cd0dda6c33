using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Atrium.Inference;

namespace Atrium.Server.Gateway.Embedded;

/// <summary>A piece of one of several answers.</summary>
internal readonly record struct ChoicePiece(int Index, ChatPiece Piece);

/// <summary>Several answers of one call, some of them at the same time, their pieces as they come.</summary>
internal static class Choices
{
    /// <summary>What one call may have in the model at the same time: others want their turn too.</summary>
    private const int AtOnce = 4;
    private const int Buffered = 256;

    public static async IAsyncEnumerable<ChoicePiece> AnswerAsync(IChatModel model, IReadOnlyList<ChatPrompt> prompts, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (prompts is [var only])
        {
            await foreach (var piece in model.AnswerAsync(only, cancellationToken))
            {
                yield return new(0, piece);
            }

            yield break;
        }

        var pieces = Channel.CreateBounded<ChoicePiece>(new BoundedChannelOptions(Buffered) { SingleReader = true });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = FillAsync(model, prompts, pieces.Writer, stop.Token);
        try
        {
            await foreach (var piece in pieces.Reader.ReadAllAsync(cancellationToken))
            {
                yield return piece;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await work;
        }
    }

    /// <summary>Never throws: what went wrong ends the channel.</summary>
    private static async Task FillAsync(IChatModel model, IReadOnlyList<ChatPrompt> prompts, ChannelWriter<ChoicePiece> output, CancellationToken cancellationToken)
    {
        try
        {
            var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
            await Parallel.ForAsync(0, prompts.Count, limits, async (index, token) =>
            {
                await foreach (var piece in model.AnswerAsync(prompts[index], token))
                {
                    await output.WriteAsync(new(index, piece), token);
                }
            });
            output.Complete();
        }
#pragma warning disable CA1031 // The reader gets whatever went wrong.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            output.TryComplete(failure is AggregateException { InnerException: { } first } ? first : failure);
        }
    }
}

/// <summary>Sums tokens over several answers: a prompt counts once, however many answers it gets.</summary>
internal sealed class ChoiceCounts(GatewayCall call, int choices, int each)
{
    private readonly int[] written = new int[choices];
    private readonly int[] read = new int[choices / each];
    private readonly int[] found = new int[choices / each];

    public void Take(ChoicePiece piece)
    {
        ref var before = ref written[piece.Index];
        call.TokensOut += piece.Piece.CompletionTokens - before;
        before = piece.Piece.CompletionTokens;
        ref var prompt = ref read[piece.Index / each];
        call.TokensIn += piece.Piece.PromptTokens - prompt;
        prompt = piece.Piece.PromptTokens;

        // The first of several answers has read what the others then find there: only what was there before it counts.
        ref var cached = ref found[piece.Index / each];
        if (piece.Index % each == 0)
        {
            call.TokensCached += piece.Piece.CachedTokens - cached;
            cached = piece.Piece.CachedTokens;
        }
    }
}
