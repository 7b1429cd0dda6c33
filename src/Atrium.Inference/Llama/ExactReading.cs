namespace Atrium.Inference.Llama;

/// <summary>
/// How a conversation with a seed is read, so that its numbers are the same to the last digit whatever else the model does: never in one batch with others, its
/// prompt in blocks that begin at multiples of one length, its answer token by token. (The processor adds up in another order when there is more in a batch.)
/// </summary>
internal static class ExactReading
{
    /// <summary>The tokens of a block.</summary>
    public const int Block = 64;

    /// <summary>The part of so many tokens that is whole blocks.</summary>
    public static int Whole(int tokens) => tokens / Block * Block;

    /// <summary>How many tokens come next.</summary>
    /// <param name="read">Tokens read so far.</param>
    /// <param name="prompt">Tokens of the prompt.</param>
    public static int Next(int read, int prompt) => read < prompt ? Math.Min(prompt, Whole(read) + Block) - read : 1;
}
