using System.Collections.Frozen;
using System.Text.Json;

namespace Atrium.Inference.Conversion;

/// <summary>A TensorFlow.js graph model in memory: its nodes and its weights.</summary>
internal sealed class TfjsGraph
{
    private TfjsGraph(FrozenDictionary<string, TfjsNode> nodes, FrozenDictionary<string, OnnxTensor> weights)
    {
        Nodes = nodes;
        Weights = weights;
    }

    public FrozenDictionary<string, TfjsNode> Nodes { get; }

    public FrozenDictionary<string, OnnxTensor> Weights { get; }

    /// <summary>Reads model.json and the weight files beside it.</summary>
    public static TfjsGraph Read(string modelJson)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(modelJson));
        var weights = ReadWeights(document.RootElement, Path.GetDirectoryName(modelJson)!);

        // Nodes keep elements of the document, so they are cloned out of it before it is returned to its pool.
        var nodes = document.RootElement.GetProperty("modelTopology").GetProperty("node").Clone();
        return Of(nodes.EnumerateArray().Select(node => new TfjsNode(node)), weights);
    }

    public static TfjsGraph Of(IEnumerable<TfjsNode> nodes, IReadOnlyDictionary<string, OnnxTensor> weights) =>
        new(nodes.ToFrozenDictionary(node => node.Name), weights.ToFrozenDictionary());

    /// <summary>The weights that a model.json names, from the files in its folder.</summary>
    public static Dictionary<string, OnnxTensor> ReadWeights(JsonElement model, string folder)
    {
        var weights = new Dictionary<string, OnnxTensor>();
        foreach (var group in model.GetProperty("weightsManifest").EnumerateArray())
        {
            ReadGroup(group, folder, weights);
        }

        return weights;
    }

    private static void ReadGroup(JsonElement group, string folder, Dictionary<string, OnnxTensor> weights)
    {
        using var data = new MemoryStream();
        foreach (var path in group.GetProperty("paths").EnumerateArray())
        {
            data.Write(File.ReadAllBytes(Path.Combine(folder, Path.GetFileName(path.GetString()!))));
        }

        var rest = new ReadOnlySpan<byte>(data.GetBuffer(), 0, (int)data.Length);
        foreach (var weight in group.GetProperty("weights").EnumerateArray())
        {
            var name = weight.GetProperty("name").GetString()!;
            long[] shape = [.. weight.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            weights[name] = TfjsWeights.Read(name, weight, shape, ref rest);
        }
    }
}
