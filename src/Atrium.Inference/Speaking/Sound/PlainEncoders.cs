using System.Runtime.InteropServices;
using NAudio.Codecs;

namespace Atrium.Inference.Speaking.Sound;

/// <summary>The samples as they are. The machines we run on have the lower byte first too.</summary>
internal sealed class PcmEncoder : DirectEncoder
{
    protected override ReadOnlyMemory<byte> Encode(ReadOnlySpan<short> samples) => MemoryMarshal.AsBytes(samples).ToArray();
}

/// <summary>G.711: a byte a sample.</summary>
internal sealed class LawEncoder(Func<short, byte> law) : DirectEncoder
{
    public static LawEncoder European => new(ALawEncoder.LinearToALawSample);

    public static LawEncoder American => new(MuLawEncoder.LinearToMuLawSample);

    protected override ReadOnlyMemory<byte> Encode(ReadOnlySpan<short> samples)
    {
        var bytes = new byte[samples.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = law(samples[i]);
        }

        return bytes;
    }
}

/// <summary>G.722: a byte for two samples.</summary>
internal sealed class G722Encoder : DirectEncoder
{
    private const int BitRate = 64_000;
    private readonly G722Codec _codec = new();
    private readonly G722CodecState _state = new(BitRate, G722Flags.None);
    private short? _odd;

    protected override ReadOnlyMemory<byte> Encode(ReadOnlySpan<short> samples)
    {
        short[] input = _odd is { } odd ? [odd, .. samples] : samples.ToArray();
        var even = input.Length / 2 * 2;
        _odd = even < input.Length ? input[^1] : null;
        var bytes = new byte[even / 2];
        var length = even == 0 ? 0 : _codec.Encode(_state, bytes, input, even);
        return bytes.AsMemory(0, length);
    }
}
