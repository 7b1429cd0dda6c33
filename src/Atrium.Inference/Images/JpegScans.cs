namespace Atrium.Inference.Images;

/// <summary>
/// Counts the scans of a JPEG (ITU T.81). Each costs a walk over the whole picture, and a few bytes of file are enough for one: a small file can keep a decoder,
/// which cannot be stopped, busy for hours. Those that cameras and programs write have about ten. Pure.
/// </summary>
internal static class JpegScans
{
    /// <summary>As many as a progressive picture of three colours can have where each bit of each coefficient has a scan of its own, and some.</summary>
    public const int Most = 128;

    private const byte Mark = 0xFF;
    private const byte Begin = 0xD8;
    private const byte End = 0xD9;
    private const byte Scan = 0xDA;

    /// <summary>Whether the bytes are a JPEG with more scans than any has.</summary>
    public static bool AreTooMany(ReadOnlySpan<byte> file)
    {
        if (file.Length < 2 || file[0] != Mark || file[1] != Begin)
        {
            return false;
        }

        var scans = 0;
        for (var at = 2; Next(file, ref at) is { } marker && marker is not End;)
        {
            if (marker is Scan && ++scans > Most)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The next marker, with its segment skipped; null at the end of the file. What lies between segments, as the data of scans does, is passed over.</summary>
    private static byte? Next(ReadOnlySpan<byte> file, ref int at)
    {
        while (at + 1 < file.Length)
        {
            var found = file[at..].IndexOf(Mark);
            if (found < 0 || at + found + 1 >= file.Length)
            {
                return null;
            }

            at += found + 1;
            var marker = file[at];

            // A mark that is data (FF 00), one that restarts (D0 to D7) and filling (FF FF) have no segment.
            if (marker is 0 or Mark or (>= 0xD0 and <= Begin) or 1)
            {
                at += marker is Mark ? 0 : 1;
                continue;
            }

            at++;
            if (marker is not End)
            {
                at += at + 1 < file.Length ? Math.Max(2, (file[at] << 8) | file[at + 1]) : 2;
            }

            return marker;
        }

        return null;
    }
}
