namespace Atrium.Inference.Shelf;

/// <summary>There is no room for a model. Nothing was opened.</summary>
public sealed class ModelMemoryException : Exception
{
    private const long Megabyte = 1_000_000;

    private ModelMemoryException(string message, TimeSpan? retryAfter)
        : base(message) => RetryAfter = retryAfter;

    /// <summary>When there may be room; null where there never is.</summary>
    public TimeSpan? RetryAfter { get; }

    internal static ModelMemoryException InUse(string model, long bytes, long budget, TimeSpan retryAfter) => new(
        $"The model '{model}' needs {InMegabytes(bytes)} MB. Of the {InMegabytes(budget)} MB for models the rest is in use.", retryAfter);

    internal static ModelMemoryException TooLarge(string model, long bytes, long budget) =>
        new($"The model '{model}' needs {InMegabytes(bytes)} MB, and all models together may take {InMegabytes(budget)} MB.", null);

    private static long InMegabytes(long bytes) => (bytes + Megabyte - 1) / Megabyte;
}
