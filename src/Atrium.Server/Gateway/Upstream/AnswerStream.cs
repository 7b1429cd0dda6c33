using Atrium.Server.Gateway.Directory;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Upstream;

/// <summary>What an upstream answers, up to the length that it may have: who reads it for a whole event or a whole body holds no more than that.</summary>
internal sealed class AnswerStream(Stream inner, string who, long longest) : Stream
{
    /// <summary>Of any answer that is held.</summary>
    public const int LongestAnswer = 64 * 1024 * 1024;

    private long total;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => total;
        set => throw new NotSupportedException();
    }

    /// <param name="answer">Whose body is read.</param>
    /// <param name="who">What leads there, for messages: deployment 'x'.</param>
    /// <param name="longest">Bytes of it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<Stream> OfAsync(HttpResponseMessage answer, string who, long longest, CancellationToken cancellationToken) =>
        new AnswerStream(await answer.Content.ReadAsStreamAsync(cancellationToken), who, longest);

    /// <summary>That of a deployment's server, up to the length of any answer that is held.</summary>
    public static Task<Stream> OfAsync(HttpResponseMessage answer, DeploymentEntry deployment, CancellationToken cancellationToken) =>
        OfAsync(answer, $"deployment '{deployment.Name}'", LongestAnswer, cancellationToken);

    /// <exception cref="ApiException">502: it is longer, or breaks off.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ReadInnerAsync(buffer, cancellationToken);
        total += read;
        return total <= longest
            ? read
            : throw ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamFailed", $"The server behind {who} answered more than {longest} bytes.");
    }

    private async ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException)
        {
            throw ApiException.Upstream(StatusCodes.Status502BadGateway, "UpstreamFailed", $"The server behind {who} broke off its answer.", mayPass: true);
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
