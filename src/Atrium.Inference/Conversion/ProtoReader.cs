using System.Buffers.Binary;

namespace Atrium.Inference.Conversion;

/// <summary>One field of a protobuf message: its number, its wire type, and its content as it lies there.</summary>
internal readonly record struct ProtoField(int Number, int Wire, ReadOnlyMemory<byte> Content);

/// <summary>Reads one protobuf message, field by field. Knows the wire types that ONNX uses.</summary>
internal static class ProtoReader
{
    public const int BytesWire = 2;
    private const int VarintWire = 0;
    private const int Fixed64Wire = 1;
    private const int Fixed32Wire = 5;

    /// <exception cref="ModelConversionException">The message is broken.</exception>
    public static IEnumerable<ProtoField> Fields(ReadOnlyMemory<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var tag = Varint(message, ref at);
            var wire = (int)(tag & 7);
            var start = at;
            var length = wire switch
            {
                VarintWire => VarintLength(message, at),
                Fixed64Wire => sizeof(ulong),
                Fixed32Wire => sizeof(uint),
                BytesWire => checked((int)Varint(message, ref start)),
                _ => throw new ModelConversionException($"A message has the unknown wire type {wire}."),
            };
            if (length < 0 || length > message.Length - start)
            {
                throw new ModelConversionException("A message ends inside a field.");
            }

            yield return new((int)(tag >> 3), wire, message.Slice(start, length));
            at = start + length;
        }
    }

    /// <summary>The field as it was written.</summary>
    public static void Copy(this ProtoWriter writer, ProtoField field)
    {
        switch (field.Wire)
        {
            case BytesWire:
                writer.Bytes(field.Number, field.Content.Span);
                break;
            case VarintWire:
                var at = 0;
                writer.Integer(field.Number, (long)Varint(field.Content, ref at));
                break;
            case Fixed32Wire:
                writer.Single(field.Number, BinaryPrimitives.ReadSingleLittleEndian(field.Content.Span));
                break;
            default:
                throw new ModelConversionException("64-bit fields are not copied; ONNX graphs have none outside tensors.");
        }
    }

    private static int VarintLength(ReadOnlyMemory<byte> message, int at)
    {
        var end = at;
        Varint(message, ref end);
        return end - at;
    }

    private static ulong Varint(ReadOnlyMemory<byte> message, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at >= message.Length)
            {
                break;
            }

            var part = message.Span[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw new ModelConversionException("A message ends inside a number.");
    }
}
