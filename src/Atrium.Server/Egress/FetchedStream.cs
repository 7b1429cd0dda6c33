using Atrium.Storage.Contents;

namespace Atrium.Server.Egress;

/// <summary>The body of a fetched answer. Where it breaks off the other side has failed, and not the disk that it is written to.</summary>
internal sealed class FetchedStream(Stream body) : ForwardStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException)
        {
            throw new FetchRefusedException(EgressRefusedException.UnreachableMessage);
        }
    }

    protected override void Dispose(bool disposing)
    {
        body.Dispose();
        base.Dispose(disposing);
    }
}
