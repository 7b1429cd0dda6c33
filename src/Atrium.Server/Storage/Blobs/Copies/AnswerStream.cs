using Atrium.Storage.Contents;

namespace Atrium.Server.Storage.Blobs.Copies;

/// <summary>The body of an answer, which ends with it.</summary>
internal sealed class AnswerStream(HttpResponseMessage answer, Stream body) : ForwardStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => body.ReadAsync(buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        body.Dispose();
        answer.Dispose();
        base.Dispose(disposing);
    }
}
