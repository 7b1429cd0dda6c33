using Atrium.Server.Gateway.Dialects;

namespace Atrium.Server.Gateway.StoredChats;

/// <summary>
/// The body of an answer on its way out, remembered. A whole answer waits until <see cref="ReleaseAsync"/>; of events only the last, <c>[DONE]</c>, does. Whoever has
/// seen the end can so be sure of what was done before the release.
/// </summary>
/// <param name="response">Whose answer it is; tells whether it comes in events.</param>
/// <param name="outside">Where it goes.</param>
/// <param name="longest">Bytes of it.</param>
internal sealed class HeldAnswer(HttpResponse response, Stream outside, int longest) : Stream
{
    private static ReadOnlySpan<byte> DoneWithReturns => "data: [DONE]\r\n\r\n"u8;

    private readonly MemoryStream told = new();
    private int sent;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>All that was said.</summary>
    public ReadOnlyMemory<byte> Told => told.GetBuffer().AsMemory(0, (int)told.Length);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ChatStore.DemandRoom(told.Length + buffer.Length, longest);
        told.Write(buffer.Span);
        if (Events.HaveBegun(response))
        {
            await SendAsync(Told.Length - EndOf(Told.Span), cancellationToken);
        }
    }

    /// <summary>Sends what has waited.</summary>
    public Task ReleaseAsync(CancellationToken cancellationToken) => SendAsync(Told.Length, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) => sent > 0 ? outside.FlushAsync(cancellationToken) : Task.CompletedTask;

    public override void Flush() => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>How many bytes the event has that says it is the last; a server elsewhere may end lines in its own way.</summary>
    private static int EndOf(ReadOnlySpan<byte> told) => told.EndsWith(ChatWriter.Done) ? ChatWriter.Done.Length : told.EndsWith(DoneWithReturns) ? DoneWithReturns.Length : 0;

    private async Task SendAsync(int end, CancellationToken cancellationToken)
    {
        if (end > sent)
        {
            await outside.WriteAsync(Told[sent..end], cancellationToken);
            sent = end;
        }
    }
}
