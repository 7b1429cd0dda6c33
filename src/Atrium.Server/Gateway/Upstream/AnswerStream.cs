using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Upstream;

/// <summary>What an upstream answers, up to the length that any answer may have: who reads it for a whole event or a whole body holds no more than that.</summary>
internal sealed class AnswerStream(Stream inner, string deployment) : Stream
{
    public const int LongestAnswer = 64 * 1024 * 1024;

    private long left = LongestAnswer;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => LongestAnswer - left;
        set => throw new NotSupportedException();
    }

    public static async Task<Stream> OfAsync(HttpResponseMessage answer, string deployment, CancellationToken cancellationToken) =>
        new AnswerStream(await answer.Content.ReadAsStreamAsync(cancellationToken), deployment);

    /// <exception cref="ApiException">502: it is longer, or breaks off.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ReadInnerAsync(buffer, cancellationToken);
        left -= read;
        return left >= 0
            ? read
            : throw ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamFailed", $"The server behind deployment '{deployment}' answered more than {LongestAnswer} bytes.");
    }

    private async ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException)
        {
            throw ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamFailed", $"The server behind deployment '{deployment}' broke off its answer.");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
