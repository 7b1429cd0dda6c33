using Atrium.Server.Hosting;
using Atrium.Storage.Contents;

namespace Atrium.Server.Storage.Blobs.Copies;

/// <summary>Fails at its end unless what was read is what was announced, so that nothing is made of it.</summary>
internal sealed class ProvedStream(Stream inner, Func<Task<bool>> isRight) : ForwardStream
{
    private bool isProved;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await inner.ReadAsync(buffer, cancellationToken);
        if (read == 0 && !isProved && buffer.Length > 0)
        {
            isProved = await isRight() ? true : throw ApiException.BadRequest("Md5Mismatch", "The MD5 value specified in the request did not match with the MD5 value calculated by the server.");
        }

        return read;
    }
}
