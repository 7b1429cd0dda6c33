using System.Buffers.Binary;

namespace Atrium.Inference.Media;

/// <summary>Turns the frames of a WAV file into single samples from -1 to 1. Pure.</summary>
internal static class SampleReader
{
    private static readonly float[] ALaw = [.. Enumerable.Range(0, 256).Select(FromALaw)];
    private static readonly float[] MuLaw = [.. Enumerable.Range(0, 256).Select(FromMuLaw)];

    /// <param name="format">How the samples lie.</param>
    /// <param name="frames">Whole frames.</param>
    /// <param name="channel">The one that is wanted; null for the mean.</param>
    /// <param name="samples">One for each frame.</param>
    public static void Read(WavFormat format, ReadOnlySpan<byte> frames, int? channel, Span<float> samples)
    {
        var size = format.Bits / 8;
        for (var i = 0; i < samples.Length; i++)
        {
            var frame = frames.Slice(i * format.FrameBytes, format.FrameBytes);
            if (channel is { } only)
            {
                samples[i] = Clean(One(format, frame[(only * size)..]));
                continue;
            }

            var sum = 0f;
            for (var c = 0; c < format.Channels; c++)
            {
                sum += Clean(One(format, frame[(c * size)..]));
            }

            samples[i] = sum / format.Channels;
        }
    }

    private static float One(WavFormat format, ReadOnlySpan<byte> sample) => (format.Encoding, format.Bits) switch
    {
        (WavEncoding.Integer, 16) => BinaryPrimitives.ReadInt16LittleEndian(sample) / 32768f,
        (WavEncoding.Integer, 8) => (sample[0] - 128) / 128f,
        (WavEncoding.Integer, 24) => ((sample[2] << 24) | (sample[1] << 16) | (sample[0] << 8)) / 2147483648f,
        (WavEncoding.Integer, _) => BinaryPrimitives.ReadInt32LittleEndian(sample) / 2147483648f,
        (WavEncoding.Float, 64) => (float)BinaryPrimitives.ReadDoubleLittleEndian(sample),
        (WavEncoding.Float, _) => BinaryPrimitives.ReadSingleLittleEndian(sample),
        (WavEncoding.ALaw, _) => ALaw[sample[0]],
        _ => MuLaw[sample[0]],
    };

    /// <summary>Floating point may hold anything; a value that is no number would spoil all that comes after it.</summary>
    private static float Clean(float value) => float.IsFinite(value) ? Math.Clamp(value, -1, 1) : 0;

    /// <summary>ITU-T G.711.</summary>
    private static float FromALaw(int code)
    {
        code ^= 0x55;
        var (exponent, mantissa) = ((code >> 4) & 7, code & 15);
        var value = exponent == 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1);
        return ((code & 0x80) != 0 ? value : -value) / 32768f;
    }

    /// <summary>ITU-T G.711.</summary>
    private static float FromMuLaw(int code)
    {
        code = ~code & 0xFF;
        var value = ((((code & 15) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
        return ((code & 0x80) != 0 ? -value : value) / 32768f;
    }
}
