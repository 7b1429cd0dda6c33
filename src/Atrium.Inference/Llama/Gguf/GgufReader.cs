using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Atrium.Inference.Llama.Gguf;

/// <summary>
/// Reads the head of a GGUF file: key/values and the tensor list. The file is a stranger's: every length is checked against what
/// is left of the file and against a bound of ours before anything is allocated or skipped.
/// </summary>
internal sealed class GgufReader
{
    private const int MaxKeys = 65_536;
    private const int MaxKeyBytes = 4_096;
    private const int MaxTextBytes = 4 << 20;
    private const int MaxTensors = 1 << 20;
    private const int MaxDimensions = 4;
    private const int MaxNesting = 4;
    private const int MaxTokens = 4 << 20;
    private static readonly UTF8Encoding StrictUtf8 = new(false, true);

    private readonly Stream _stream;
    private readonly string _file;
    private readonly byte[] _scratch = new byte[8];
    private string? _repeated;
    private byte? _missing;

    private GgufReader(Stream stream, string file) => (_stream, _file) = (stream, file);

    /// <summary>Reads the metadata of a file.</summary>
    /// <exception cref="ModelFileException">The file is not a GGUF file that we read.</exception>
    public static GgufMetadata Read(string path)
    {
        using var stream = new FileStream(path, new FileStreamOptions { BufferSize = 1 << 16, Options = FileOptions.SequentialScan });
        return Read(stream, Path.GetFileName(path));
    }

    /// <summary>Reads the metadata of a seekable stream.</summary>
    /// <exception cref="ModelFileException">The stream is not a GGUF file that we read.</exception>
    public static GgufMetadata Read(Stream stream, string file)
    {
        try
        {
            return new GgufReader(stream, file).ReadHead();
        }
        catch (EndOfStreamException cut)
        {
            throw new ModelFileException(file, "the file ends in the middle of its header", cut);
        }
    }

    private GgufMetadata ReadHead()
    {
        if (_stream.Length < 24 || ReadUInt32() != 0x46554747)
        {
            throw Bad("it does not begin with the letters GGUF");
        }

        var version = ReadUInt32();
        if (version is not (2 or 3))
        {
            throw Bad($"it has GGUF version {version}; versions 2 and 3 are read");
        }

        var tensors = ReadCount("tensors", MaxTensors);
        var keys = ReadCount("keys", MaxKeys);
        var values = new Dictionary<string, object>(StringComparer.Ordinal);
        var arrays = new Dictionary<string, GgufArray>(StringComparer.Ordinal);
        for (var i = 0; i < keys; i++)
        {
            var key = ReadText("a key", MaxKeyBytes);
            var type = ReadValueType(key);
            if (type == GgufValueType.Array)
            {
                arrays[key] = SkipArray(key, 0);
            }
            else
            {
                values[key] = ReadScalar(key, type);
            }
        }

        for (var i = 0; i < tensors; i++)
        {
            SkipTensor();
        }

        return new(values, arrays, tensors) { RepeatedToken = _repeated, MissingByte = _missing };
    }

    private object ReadScalar(string key, GgufValueType type) => type switch
    {
        GgufValueType.UInt8 => (long)Fill(1)[0],
        GgufValueType.Int8 => (long)(sbyte)Fill(1)[0],
        GgufValueType.UInt16 => (long)BinaryPrimitives.ReadUInt16LittleEndian(Fill(2)),
        GgufValueType.Int16 => (long)BinaryPrimitives.ReadInt16LittleEndian(Fill(2)),
        GgufValueType.UInt32 => (long)ReadUInt32(),
        GgufValueType.Int32 => (long)BinaryPrimitives.ReadInt32LittleEndian(Fill(4)),
        GgufValueType.UInt64 or GgufValueType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(Fill(8)),
        GgufValueType.Float32 => (double)BinaryPrimitives.ReadSingleLittleEndian(Fill(4)),
        GgufValueType.Float64 => BinaryPrimitives.ReadDoubleLittleEndian(Fill(8)),
        GgufValueType.Bool => Fill(1)[0] != 0,
        _ => ReadText($"the value of '{key}'", MaxTextBytes),
    };

    private GgufArray SkipArray(string key, int depth)
    {
        if (depth >= MaxNesting)
        {
            throw Bad($"'{key}' holds arrays nested deeper than {MaxNesting}");
        }

        var type = ReadValueType(key);
        var count = ReadUInt64();
        var smallest = type is GgufValueType.String ? 8UL : type is GgufValueType.Array ? 12UL : (ulong)SizeOf(type);
        if (count > Left / smallest)
        {
            throw Bad($"the array '{key}' says it has {count} elements, more than the rest of the file can hold");
        }

        if (type is not (GgufValueType.String or GgufValueType.Array))
        {
            Skip(count * smallest, key);
            return new(type, (long)count);
        }

        if (type is GgufValueType.String && depth == 0 && key == GgufMetadata.Vocabulary)
        {
            ReadVocabulary(count);
            return new(type, (long)count);
        }

        for (ulong i = 0; i < count; i++)
        {
            if (type == GgufValueType.Array)
            {
                SkipArray(key, depth + 1);
            }
            else
            {
                Skip(ReadUInt64(), key);
            }
        }

        return new(type, (long)count);
    }

    /// <summary>Looks for a token that is there twice. llama.cpp reads each up to a zero byte, and gives those without a text one with their number.</summary>
    private void ReadVocabulary(ulong count)
    {
        if (count > MaxTokens)
        {
            throw Bad($"its vocabulary has {count} tokens; at most {MaxTokens} are read");
        }

        var seen = new HashSet<string>((int)count, StringComparer.Ordinal);
        for (ulong i = 0; i < count; i++)
        {
            var token = ReadBytes($"token {i}", MaxKeyBytes);
            var end = token.AsSpan().IndexOf((byte)0);
            var text = Encoding.Latin1.GetString(end < 0 ? token : token.AsSpan(0, end));
            if (!seen.Add(text.Length == 0 ? string.Create(CultureInfo.InvariantCulture, $"[EMPTY_{i}]") : text))
            {
                _repeated ??= Encoding.UTF8.GetString(token);
            }
        }

        _missing = Enumerable.Range(0, byte.MaxValue + 1)
            .Where(value => !seen.Contains(string.Create(CultureInfo.InvariantCulture, $"<0x{value:X2}>")) && !seen.Contains(((char)value).ToString()))
            .Select(value => (byte?)value)
            .FirstOrDefault();
    }

    private void SkipTensor()
    {
        var name = ReadText("a tensor's name", MaxKeyBytes);
        var dimensions = ReadUInt32();
        if (dimensions > MaxDimensions)
        {
            throw Bad($"tensor '{name}' has {dimensions} dimensions; {MaxDimensions} is the most there is");
        }

        Skip((dimensions * 8) + 4, name);
        var offset = ReadUInt64();
        if (offset > (ulong)_stream.Length)
        {
            throw Bad($"tensor '{name}' lies behind the end of the file; was the download cut short?");
        }
    }

    private static int SizeOf(GgufValueType type) => type switch
    {
        GgufValueType.UInt8 or GgufValueType.Int8 or GgufValueType.Bool => 1,
        GgufValueType.UInt16 or GgufValueType.Int16 => 2,
        GgufValueType.UInt32 or GgufValueType.Int32 or GgufValueType.Float32 => 4,
        _ => 8,
    };

    private GgufValueType ReadValueType(string key)
    {
        var type = ReadUInt32();
        return type <= (uint)GgufValueType.Float64 ? (GgufValueType)type : throw Bad($"'{key}' has the unknown value type {type}");
    }

    private int ReadCount(string what, int most)
    {
        var count = ReadUInt64();
        return count <= (ulong)most ? (int)count : throw Bad($"it says it has {count} {what}; at most {most} are read");
    }

    private byte[] ReadBytes(string what, int most)
    {
        var length = ReadUInt64();
        if (length > Left || length > (ulong)most)
        {
            throw Bad($"{what} says it is {length} bytes long; at most {Math.Min(Left, (ulong)most)} can be");
        }

        var bytes = new byte[(int)length];
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private string ReadText(string what, int most)
    {
        try
        {
            return StrictUtf8.GetString(ReadBytes(what, most));
        }
        catch (DecoderFallbackException wrong)
        {
            throw new ModelFileException(_file, $"{what} is not UTF-8 text", wrong);
        }
    }

    private ulong Left => (ulong)Math.Max(0, _stream.Length - _stream.Position);

    private void Skip(ulong bytes, string what)
    {
        if (bytes > Left)
        {
            throw Bad($"'{what}' says it has {bytes} more bytes; the file has {Left}");
        }

        _stream.Seek((long)bytes, SeekOrigin.Current);
    }

    private uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Fill(4));

    private ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Fill(8));

    private ReadOnlySpan<byte> Fill(int count)
    {
        var bytes = _scratch.AsSpan(0, count);
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private ModelFileException Bad(string reason) => new(_file, reason);
}
