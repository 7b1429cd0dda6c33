namespace Atrium.Inference.Speaking.Sound;

/// <summary>Makes bytes of samples as they come.</summary>
public interface IAudioEncoder : IAsyncDisposable
{
    /// <summary>Takes samples and gives the bytes that are ready, which may be of earlier ones.</summary>
    ValueTask<ReadOnlyMemory<byte>> EncodeAsync(ReadOnlyMemory<short> samples, CancellationToken cancellationToken);

    /// <summary>The bytes that are left when no samples follow.</summary>
    ValueTask<ReadOnlyMemory<byte>> FinishAsync(CancellationToken cancellationToken);
}

/// <summary>An encoder that needs to wait for nothing.</summary>
internal abstract class DirectEncoder : IAudioEncoder
{
    public ValueTask<ReadOnlyMemory<byte>> EncodeAsync(ReadOnlyMemory<short> samples, CancellationToken cancellationToken) => new(Encode(samples.Span));

    public ValueTask<ReadOnlyMemory<byte>> FinishAsync(CancellationToken cancellationToken) => new(Finish());

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected abstract ReadOnlyMemory<byte> Encode(ReadOnlySpan<short> samples);

    protected virtual ReadOnlyMemory<byte> Finish() => default;
}
