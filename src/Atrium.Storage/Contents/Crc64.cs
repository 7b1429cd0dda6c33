using System.Buffers.Binary;

namespace Atrium.Storage.Contents;

/// <summary>The CRC-64 of the storage services (reflected polynomial 9A6C9329AC4BC9B5), eight bytes a step. Pure.</summary>
public static class Crc64
{
    /// <summary>How many bytes a checksum has on the wire.</summary>
    public const int Size = 8;
    private const ulong Polynomial = 0x9A6C9329AC4BC9B5;
    private const int Slices = 8;
    private static readonly ulong[] Tables = Build();

    /// <summary>The checksum of what was summed and of what follows it. Begin with 0.</summary>
    public static ulong Append(ulong sum, ReadOnlySpan<byte> bytes)
    {
        var state = ~sum;
        ReadOnlySpan<ulong> tables = Tables;
        while (bytes.Length >= Slices)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ state;
            state = tables[(7 * 256) + (byte)word]
                ^ tables[(6 * 256) + (byte)(word >> 8)]
                ^ tables[(5 * 256) + (byte)(word >> 16)]
                ^ tables[(4 * 256) + (byte)(word >> 24)]
                ^ tables[(3 * 256) + (byte)(word >> 32)]
                ^ tables[(2 * 256) + (byte)(word >> 40)]
                ^ tables[256 + (byte)(word >> 48)]
                ^ tables[(byte)(word >> 56)];
            bytes = bytes[Slices..];
        }

        foreach (var one in bytes)
        {
            state = tables[(byte)(state ^ one)] ^ (state >> 8);
        }

        return ~state;
    }

    /// <summary>As headers carry it before base64.</summary>
    public static byte[] ToBytes(ulong sum)
    {
        var bytes = new byte[Size];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, sum);
        return bytes;
    }

    private static ulong[] Build()
    {
        var tables = new ulong[Slices * 256];
        for (var value = 0; value < 256; value++)
        {
            var state = (ulong)value;
            for (var bit = 0; bit < 8; bit++)
            {
                state = (state & 1) == 1 ? (state >> 1) ^ Polynomial : state >> 1;
            }

            tables[value] = state;
        }

        for (var at = 256; at < tables.Length; at++)
        {
            var before = tables[at - 256];
            tables[at] = tables[(byte)before] ^ (before >> 8);
        }

        return tables;
    }
}
