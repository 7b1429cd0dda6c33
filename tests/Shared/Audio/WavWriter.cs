using System.Buffers.Binary;
using System.Text;

namespace Atrium.Tests.Shared;

/// <summary>Writes WAV files of every kind, sound ones and others.</summary>
internal static class WavWriter
{
    /// <param name="samples">From -1 to 1, frame by frame.</param>
    /// <param name="rate">Frames a second.</param>
    /// <param name="channels">Samples a frame.</param>
    /// <param name="format">1 PCM, 3 floating point, 6 A-law, 7 mu-law.</param>
    /// <param name="bits">Of a sample.</param>
    /// <param name="dataBytes">What the header announces; null for the truth.</param>
    public static byte[] Write(ReadOnlySpan<float> samples, int rate = 16_000, int channels = 1, int format = 1, int bits = 16, uint? dataBytes = null)
    {
        var size = bits / 8;
        var file = new byte[44 + (samples.Length * size)];
        Encoding.ASCII.GetBytes("RIFF").CopyTo(file, 0);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(4), (uint)file.Length - 8);
        Encoding.ASCII.GetBytes("WAVEfmt ").CopyTo(file, 8);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(16), 16);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(20), (ushort)format);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(22), (ushort)channels);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(24), (uint)rate);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(28), (uint)(rate * channels * size));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(32), (ushort)(channels * size));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(34), (ushort)bits);
        Encoding.ASCII.GetBytes("data").CopyTo(file, 36);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(40), dataBytes ?? (uint)(samples.Length * size));
        for (var i = 0; i < samples.Length; i++)
        {
            var place = file.AsSpan(44 + (i * size), size);
            switch (format, bits)
            {
                case (1, 8):
                    place[0] = (byte)Math.Clamp(Math.Round(samples[i] * 128) + 128, 0, 255);
                    break;
                case (1, 16):
                    BinaryPrimitives.WriteInt16LittleEndian(place, (short)Math.Clamp(Math.Round(samples[i] * 32768), short.MinValue, short.MaxValue));
                    break;
                case (1, 24):
                    var value = (int)Math.Clamp(Math.Round(samples[i] * 8388608), -8388608, 8388607);
                    (place[0], place[1], place[2]) = ((byte)value, (byte)(value >> 8), (byte)(value >> 16));
                    break;
                case (1, 32):
                    BinaryPrimitives.WriteInt32LittleEndian(place, (int)Math.Clamp(samples[i] * 2147483648.0, int.MinValue, int.MaxValue));
                    break;
                case (3, 32):
                    BinaryPrimitives.WriteSingleLittleEndian(place, samples[i]);
                    break;
                case (3, 64):
                    BinaryPrimitives.WriteDoubleLittleEndian(place, samples[i]);
                    break;
                default:
                    place.Clear();
                    break;
            }
        }

        return file;
    }

    /// <summary>A tone.</summary>
    public static float[] Tone(double hertz, int rate, double seconds, float loudness = 0.5f) =>
        [.. Enumerable.Range(0, (int)(rate * seconds)).Select(i => loudness * (float)Math.Sin(2 * Math.PI * hertz * i / rate))];
}
