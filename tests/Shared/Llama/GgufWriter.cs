using System.Text;

namespace Atrium.Testing;

/// <summary>Writes GGUF version 3 for tests.</summary>
internal sealed class GgufWriter
{
    private const int Alignment = 32;
    private readonly List<(string Key, Action<BinaryWriter> Write)> _values = [];
    private readonly List<(string Name, int[] Shape, float[] Data)> _tensors = [];

    public void Text(string key, string value) => Add(key, to => { to.Write(8); Write(to, value); });

    public void UInt(string key, int value) => Add(key, to => { to.Write(4); to.Write(value); });

    public void Float(string key, float value) => Add(key, to => { to.Write(6); to.Write(value); });

    public void Texts(string key, string[] values) => AddArray(key, 8, values, Write);

    public void Floats(string key, float[] values) => AddArray(key, 6, values, (to, value) => to.Write(value));

    public void Ints(string key, int[] values) => AddArray(key, 5, values, (to, value) => to.Write(value));

    public void Tensor(string name, int[] shape, float[] data) => _tensors.Add((name, shape, data));

    public void Save(string path)
    {
        using var file = File.Create(path);
        Save(file);
    }

    public void Save(Stream stream)
    {
        using var to = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        to.Write("GGUF"u8);
        to.Write(3);
        to.Write((long)_tensors.Count);
        to.Write((long)_values.Count);
        foreach (var (key, write) in _values)
        {
            Write(to, key);
            write(to);
        }

        var offset = 0L;
        foreach (var (name, shape, data) in _tensors)
        {
            Write(to, name);
            to.Write(shape.Length);
            Array.ForEach(shape, size => to.Write((long)size));
            to.Write(0);
            to.Write(offset);
            offset += Padded(data.Length * sizeof(float));
        }

        Pad(to);
        foreach (var (_, _, data) in _tensors)
        {
            Array.ForEach(data, to.Write);
            Pad(to);
        }
    }

    private static void Write(BinaryWriter to, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        to.Write((long)bytes.Length);
        to.Write(bytes);
    }

    private static long Padded(long length) => (length + Alignment - 1) / Alignment * Alignment;

    private static void Pad(BinaryWriter to)
    {
        to.Flush();
        var length = to.BaseStream.Position;
        to.Write(new byte[Padded(length) - length]);
    }

    private void Add(string key, Action<BinaryWriter> write) => _values.Add((key, write));

    private void AddArray<T>(string key, int type, T[] values, Action<BinaryWriter, T> write) => Add(key, to =>
    {
        to.Write(9);
        to.Write(type);
        to.Write((long)values.Length);
        Array.ForEach(values, value => write(to, value));
    });
}
