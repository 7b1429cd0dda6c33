using System.Buffers.Binary;

namespace Atrium.Inference.Speaking.Sound;

/// <summary>The beginning of a WAV file. Pure.</summary>
public static class RiffHeader
{
    /// <summary>Its bytes.</summary>
    public const int Length = 44;
    private const int FormatLength = 16;

    /// <summary>For a file with so many bytes of samples.</summary>
    public static byte[] Of(AudioFormat format, long dataLength)
    {
        ArgumentNullException.ThrowIfNull(format);
        var (tag, bytes) = format.Codec switch
        {
            AudioCodec.ALaw => ((short)6, 1),
            AudioCodec.MuLaw => ((short)7, 1),
            _ => ((short)1, 2),
        };
        var header = new byte[Length];
        var span = header.AsSpan();
        "RIFF"u8.CopyTo(span);
        BinaryPrimitives.WriteUInt32LittleEndian(span[4..], (uint)(dataLength + Length - 8));
        "WAVEfmt "u8.CopyTo(span[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(span[16..], FormatLength);
        BinaryPrimitives.WriteInt16LittleEndian(span[20..], tag);
        BinaryPrimitives.WriteInt16LittleEndian(span[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(span[24..], format.SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(span[28..], format.SampleRate * bytes);
        BinaryPrimitives.WriteInt16LittleEndian(span[32..], (short)bytes);
        BinaryPrimitives.WriteInt16LittleEndian(span[34..], (short)(bytes * 8));
        "data"u8.CopyTo(span[36..]);
        BinaryPrimitives.WriteUInt32LittleEndian(span[40..], (uint)dataLength);
        return header;
    }
}
