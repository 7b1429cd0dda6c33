using Atrium.Storage.Contents;
using Microsoft.Win32.SafeHandles;

namespace Atrium.Storage.Files;

/// <summary>A stretch of an open file, which it closes.</summary>
internal sealed class HandleStream(SafeFileHandle file, long offset, long length) : ForwardStream
{
    private long at = offset;
    private long left = length;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var wanted = (int)Math.Min(buffer.Length, left);
        if (wanted == 0)
        {
            return 0;
        }

        var read = await RandomAccess.ReadAsync(file, buffer[..wanted], at, cancellationToken);
        if (read == 0)
        {
            throw new EndOfStreamException("The file was cut while it was read.");
        }

        at += read;
        left -= read;
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        file.Dispose();
        base.Dispose(disposing);
    }
}
