using System.Buffers.Binary;

namespace Atrium.Inference.Media;

/// <summary>How samples lie in a WAV file.</summary>
internal enum WavEncoding
{
    Integer = 1,
    Float = 3,
    ALaw = 6,
    MuLaw = 7,
}

/// <summary>What the header of a WAV file says. Read from a stream that may have no end yet.</summary>
/// <param name="Encoding">How a sample is written.</param>
/// <param name="SampleRate">Frames a second.</param>
/// <param name="Channels">Samples a frame.</param>
/// <param name="Bits">Of a sample.</param>
/// <param name="DataBytes">Bytes of samples; null where the writer did not know when he began.</param>
internal sealed record WavFormat(WavEncoding Encoding, int SampleRate, int Channels, int Bits, long? DataBytes)
{
    public const int LowestRate = 4_000;
    public const int HighestRate = 192_000;
    public const int MostChannels = 8;
    private const int Extensible = 0xFFFE;
    private const int LongestHeader = 1 << 20;
    private const uint Unknown = 0x7FFF_F000;

    public int FrameBytes => Channels * Bits / 8;

    /// <summary>How much of a file <see cref="IsPlain"/> looks at.</summary>
    public const int SniffBytes = 22;

    /// <summary>Whether a file is a WAV file, unless it says right away that its samples are compressed.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> start) => IsWav(start)
        && (start.Length < SniffBytes || !start[12..16].SequenceEqual("fmt "u8) || Enum.IsDefined((WavEncoding)BinaryPrimitives.ReadUInt16LittleEndian(start[20..])) || BinaryPrimitives.ReadUInt16LittleEndian(start[20..]) == Extensible);

    private static bool IsWav(ReadOnlySpan<byte> start) => start.Length >= 12 && start[..4].SequenceEqual("RIFF"u8) && start[8..12].SequenceEqual("WAVE"u8);

    /// <summary>Reads up to the first sample.</summary>
    /// <exception cref="AudioRefusedException">The header is broken, or says what is not taken.</exception>
    public static async ValueTask<WavFormat> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[12];
        await FillAsync(stream, head, cancellationToken);
        if (!IsWav(head))
        {
            throw new AudioRefusedException(AudioFault.NotAudio, "The audio is no WAV file: it does not begin with RIFF and WAVE.");
        }

        WavFormat? format = null;
        var chunk = new byte[8];
        for (var read = 0L; read < LongestHeader;)
        {
            await FillAsync(stream, chunk, cancellationToken);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(chunk.AsSpan(4));
            if (chunk.AsSpan(0, 4).SequenceEqual("data"u8))
            {
                return format is null
                    ? throw new AudioRefusedException(AudioFault.NotAudio, "The WAV file has samples before their format.")
                    : format with { DataBytes = size is 0 or >= Unknown ? null : size };
            }

            if (size > LongestHeader)
            {
                break;
            }

            var content = new byte[size + (size & 1)];
            await FillAsync(stream, content, cancellationToken);
            read += content.Length;
            if (chunk.AsSpan(0, 4).SequenceEqual("fmt "u8))
            {
                format = Parse(content);
            }
        }

        throw new AudioRefusedException(AudioFault.NotAudio, "The header of the WAV file is broken.");
    }

    private static WavFormat Parse(ReadOnlySpan<byte> content)
    {
        if (content.Length < 16)
        {
            throw new AudioRefusedException(AudioFault.NotAudio, "The format of the WAV file is broken.");
        }

        int tag = BinaryPrimitives.ReadUInt16LittleEndian(content);
        if (tag == Extensible && content.Length >= 26)
        {
            tag = BinaryPrimitives.ReadUInt16LittleEndian(content[24..]);
        }

        var (channels, rate, bits) = (
            BinaryPrimitives.ReadUInt16LittleEndian(content[2..]), BinaryPrimitives.ReadUInt32LittleEndian(content[4..]), BinaryPrimitives.ReadUInt16LittleEndian(content[14..]));
        var isKnown = ((WavEncoding)tag, (int)bits) is (WavEncoding.Integer, 8 or 16 or 24 or 32) or (WavEncoding.Float, 32 or 64) or (WavEncoding.ALaw or WavEncoding.MuLaw, 8);
        return !isKnown ? throw new AudioRefusedException(AudioFault.Unsupported, $"The WAV file has samples of format {tag} with {bits} bits. Taken are PCM of 8, 16, 24 or 32 bits, floating point, A-law and mu-law.")
            : channels is 0 or > MostChannels ? throw new AudioRefusedException(AudioFault.Unsupported, $"The WAV file has {channels} channels; taken are 1 to {MostChannels}.")
            : rate is < LowestRate or > HighestRate ? throw new AudioRefusedException(AudioFault.Unsupported, $"The WAV file has {rate} samples a second; taken are {LowestRate} to {HighestRate}.")
            : new((WavEncoding)tag, (int)rate, channels, bits, null);
    }

    private static async ValueTask FillAsync(Stream stream, byte[] buffer, CancellationToken cancellationToken)
    {
        if (await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken) < buffer.Length)
        {
            throw new AudioRefusedException(AudioFault.CutOff, "The WAV file ends inside its header.");
        }
    }
}
