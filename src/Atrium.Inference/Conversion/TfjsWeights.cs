using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Atrium.Inference.Conversion;

/// <summary>Reads one weight off the front of a shard: float32, int32 or bool, plain or quantised to 8 or 16 bits.</summary>
internal static class TfjsWeights
{
    public static OnnxTensor Read(string name, JsonElement weight, long[] shape, ref ReadOnlySpan<byte> data)
    {
        var count = checked((int)shape.Aggregate(1L, (product, size) => product * size));
        var type = weight.GetProperty("dtype").GetString();
        if (weight.TryGetProperty("quantization", out var quantization))
        {
            var values = ReadQuantised(name, quantization, count, ref data);
            return type == "int32"
                ? OnnxTensor.OfIntegers(shape, Array.ConvertAll(values, value => (long)MathF.Round(value)))
                : OnnxTensor.OfFloats(shape, values);
        }

        return type switch
        {
            "float32" => OnnxTensor.OfFloats(shape, Take<float>(name, count, ref data).ToArray()),
            "int32" => OnnxTensor.OfIntegers(shape, Array.ConvertAll(Take<int>(name, count, ref data).ToArray(), value => (long)value)),
            "bool" => OnnxTensor.OfBooleans(shape, Array.ConvertAll(Take<byte>(name, count, ref data).ToArray(), value => (long)value)),
            _ => throw new ModelConversionException($"Weight '{name}' has type {type}. Known: float32, int32, bool."),
        };
    }

    private static float[] ReadQuantised(string name, JsonElement quantization, int count, ref ReadOnlySpan<byte> data)
    {
        var type = quantization.GetProperty("dtype").GetString();
        if (type == "float16")
        {
            return Array.ConvertAll(Take<Half>(name, count, ref data).ToArray(), value => (float)value);
        }

        var min = quantization.GetProperty("min").GetSingle();
        var scale = quantization.GetProperty("scale").GetSingle();
        return type switch
        {
            "uint8" => Array.ConvertAll(Take<byte>(name, count, ref data).ToArray(), value => (value * scale) + min),
            "uint16" => Array.ConvertAll(Take<ushort>(name, count, ref data).ToArray(), value => (value * scale) + min),
            _ => throw new ModelConversionException($"Weight '{name}' is quantised to {type}. Known: float16, uint8, uint16."),
        };
    }

    private static ReadOnlySpan<T> Take<T>(string name, int count, ref ReadOnlySpan<byte> data)
        where T : unmanaged
    {
        var bytes = checked(count * Unsafe.SizeOf<T>());
        if (bytes > data.Length)
        {
            throw new ModelConversionException($"The weight files end {bytes - data.Length} bytes before the end of weight '{name}'.");
        }

        var values = MemoryMarshal.Cast<byte, T>(data[..bytes]);
        data = data[bytes..];
        return values;
    }
}
