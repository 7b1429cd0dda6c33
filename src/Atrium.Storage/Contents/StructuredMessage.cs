using System.Buffers.Binary;

namespace Atrium.Storage.Contents;

/// <summary>
/// The structured body of the storage services, version 1: a header, segments with a checksum each, a checksum of all. Clients send it and ask for it where they want
/// CRC-64s that need not be known before the content. Pure.
/// </summary>
public static class StructuredMessage
{
    /// <summary>As <c>x-ms-structured-body</c> names it.</summary>
    public const string Name = "XSM/1.0; properties=crc64";

    internal const byte Version = 1;
    internal const ushort WithCrc64 = 1;
    internal const int HeaderBytes = 13;
    internal const int SegmentHeaderBytes = 10;
    internal const int SegmentBytes = 4 * 1024 * 1024;

    /// <summary>How many bytes content has when it is wrapped.</summary>
    public static long LengthOf(long content) => content + HeaderBytes + (Segments(content) * (SegmentHeaderBytes + Crc64.Size)) + Crc64.Size;

    internal static long Segments(long content) => (content + SegmentBytes - 1) / SegmentBytes;

    internal static byte[] Header(long content)
    {
        var header = new byte[HeaderBytes];
        header[0] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(1), LengthOf(content));
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(9), WithCrc64);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(11), (ushort)Segments(content));
        return header;
    }

    internal static byte[] SegmentHeader(int number, long length)
    {
        var header = new byte[SegmentHeaderBytes];
        BinaryPrimitives.WriteUInt16LittleEndian(header, (ushort)number);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(2), length);
        return header;
    }
}
