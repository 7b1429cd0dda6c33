using System.Buffers.Binary;
using System.Buffers;

namespace Atrium.Inference.Speaking.Sound;

/// <summary>Opus in Ogg pages (RFC 3533, RFC 7845).</summary>
internal sealed class OggOpus : IOpusContainer
{
    /// <summary>A page of half a second: late enough to be small on the wire, early enough to be heard at once.</summary>
    private const int PacketsPerPage = 25;

    private const int LargestSegment = 255;
    private const byte Continues = 0, Begins = 2, Ends = 4;
    private const int ChecksumPlace = 22;
    private const int Serial = 1;
    private static readonly uint[] Table = MakeTable();
    private readonly ArrayBufferWriter<byte> _ready = new();
    private readonly List<byte[]> _packets = [];
    private uint _page;
    private long _samples;

    public OggOpus(int sampleRate, int skipped)
    {
        WritePage(Begins, 0, [OpusHeads.Head(sampleRate, skipped)]);
        WritePage(Continues, 0, [OpusHeads.Tags()]);
    }

    public void Add(ReadOnlySpan<byte> packet)
    {
        // A page is written when the next packet is there: the last one must say that it is the last.
        if (_packets.Count == PacketsPerPage)
        {
            WritePage(Continues, _samples, _packets);
            _packets.Clear();
        }

        _packets.Add(packet.ToArray());
        _samples += OpusEncoder.ClockRate * OpusEncoder.PacketMilliseconds / 1000;
    }

    public ReadOnlyMemory<byte> Take()
    {
        var bytes = _ready.WrittenSpan.ToArray();
        _ready.ResetWrittenCount();
        return bytes;
    }

    public ReadOnlyMemory<byte> End(long samples)
    {
        WritePage(Ends, Math.Min(samples, _samples), _packets);
        return Take();
    }

    private void WritePage(byte flags, long position, IReadOnlyList<byte[]> packets)
    {
        var segments = new List<byte>();
        foreach (var packet in packets)
        {
            var left = packet.Length;
            for (; left >= LargestSegment; left -= LargestSegment)
            {
                segments.Add(LargestSegment);
            }

            segments.Add((byte)left);
        }

        var head = new byte[27];
        "OggS"u8.CopyTo(head);
        head[5] = flags;
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(6), position);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(14), Serial);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(18), _page++);
        head[26] = (byte)segments.Count;
        byte[] page = [.. head, .. segments, .. packets.SelectMany(packet => packet)];
        BinaryPrimitives.WriteUInt32LittleEndian(page.AsSpan(ChecksumPlace), Checksum(page));
        _ready.Write(page);
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0u;
        foreach (var value in bytes)
        {
            sum = (sum << 8) ^ Table[(byte)(sum >> 24) ^ value];
        }

        return sum;
    }

    private static uint[] MakeTable()
    {
        const uint polynomial = 0x04C11DB7;
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var value = i << 24;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value << 1) ^ ((value & 0x80000000) == 0 ? 0 : polynomial);
            }

            table[i] = value;
        }

        return table;
    }
}

/// <summary>What stands before Opus packets in a file. Pure.</summary>
internal static class OpusHeads
{
    public static byte[] Head(int sampleRate, int skipped)
    {
        var head = new byte[19];
        "OpusHead"u8.CopyTo(head);
        (head[8], head[9]) = (1, 1);
        BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(10), (ushort)skipped);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), sampleRate);
        return head;
    }

    public static byte[] Tags() => [.. "OpusTags"u8, 6, 0, 0, 0, .. "Atrium"u8, 0, 0, 0, 0];
}
