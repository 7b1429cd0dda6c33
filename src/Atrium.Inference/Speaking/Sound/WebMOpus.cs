using System.Buffers.Binary;
using System.Buffers;

namespace Atrium.Inference.Speaking.Sound;

/// <summary>Opus in WebM as it is streamed: a segment without an end, a cluster for each half of a second.</summary>
internal sealed class WebMOpus : IOpusContainer
{
    private const int PacketsPerCluster = 25;
    private const long NanosecondsPerSample = 1_000_000_000 / OpusEncoder.ClockRate;

    /// <summary>What a decoder must hear before a place that it jumps to.</summary>
    private const long PreRoll = 80_000_000;

    private readonly ArrayBufferWriter<byte> _ready = new();
    private readonly ArrayBufferWriter<byte> _blocks = new();
    private long _time;
    private long _clusterTime;
    private int _packets;

    public WebMOpus(int sampleRate, int skipped)
    {
        Write(_ready, 0x1A45DFA3, [.. Whole(0x4286, 1), .. Whole(0x42F7, 1), .. Whole(0x42F2, 4), .. Whole(0x42F3, 8), .. Element(0x4282, "webm"u8), .. Whole(0x4287, 4), .. Whole(0x4285, 2)]);
        _ready.Write((ReadOnlySpan<byte>)[0x18, 0x53, 0x80, 0x67, 0x01, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]);
        Write(_ready, 0x1549A966, [.. Whole(0x2AD7B1, 1_000_000), .. Element(0x4D80, "Atrium"u8), .. Element(0x5741, "Atrium"u8)]);
        byte[] audio = [.. Float(0xB5, sampleRate), .. Whole(0x9F, 1)];
        byte[] track =
        [
            .. Whole(0xD7, 1), .. Whole(0x73C5, 1), .. Whole(0x83, 2), .. Element(0x86, "A_OPUS"u8), .. Element(0x63A2, OpusHeads.Head(sampleRate, skipped)),
            .. Whole(0x56AA, skipped * NanosecondsPerSample), .. Whole(0x56BB, PreRoll), .. Element(0xE1, audio),
        ];
        Write(_ready, 0x1654AE6B, Element(0xAE, track));
    }

    public void Add(ReadOnlySpan<byte> packet)
    {
        const byte track = 0x81, isKey = 0x80;
        var head = new byte[4];
        head[0] = track;
        BinaryPrimitives.WriteInt16BigEndian(head.AsSpan(1), (short)(_time - _clusterTime));
        head[3] = isKey;
        Write(_blocks, 0xA3, [.. head, .. packet]);
        _time += OpusEncoder.PacketMilliseconds;
        if (++_packets == PacketsPerCluster)
        {
            EndCluster();
        }
    }

    public ReadOnlyMemory<byte> Take()
    {
        var bytes = _ready.WrittenSpan.ToArray();
        _ready.ResetWrittenCount();
        return bytes;
    }

    public ReadOnlyMemory<byte> End(long samples)
    {
        EndCluster();
        return Take();
    }

    private void EndCluster()
    {
        if (_packets > 0)
        {
            Write(_ready, 0x1F43B675, [.. Whole(0xE7, _clusterTime), .. _blocks.WrittenSpan]);
            _blocks.ResetWrittenCount();
            (_packets, _clusterTime) = (0, _time);
        }
    }

    private static byte[] Element(uint id, ReadOnlySpan<byte> content)
    {
        var buffer = new ArrayBufferWriter<byte>(content.Length + 12);
        Write(buffer, id, content);
        return buffer.WrittenSpan.ToArray();
    }

    private static byte[] Whole(uint id, long value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        var first = bytes.IndexOfAnyExcept((byte)0);
        return Element(id, bytes[(first < 0 ? 7 : first)..]);
    }

    private static byte[] Float(uint id, float value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteSingleBigEndian(bytes, value);
        return Element(id, bytes);
    }

    /// <summary>An id has its length in its first bits; a content's length is written in eight bytes, which is always enough.</summary>
    private static void Write(ArrayBufferWriter<byte> buffer, uint id, ReadOnlySpan<byte> content)
    {
        Span<byte> head = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(head, id);
        buffer.Write(head[head.IndexOfAnyExcept((byte)0)..]);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, (1L << 56) + content.Length);
        buffer.Write(length);
        buffer.Write(content);
    }
}
