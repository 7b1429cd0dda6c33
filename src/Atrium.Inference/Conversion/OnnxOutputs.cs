using System.Text;

namespace Atrium.Inference.Conversion;

/// <summary>
/// Lets inner values of an ONNX model be asked for: makes outputs of them. A value inside both branches of an If is handed out by both and by the If.
/// Everything else stays as it is, byte for byte.
/// </summary>
internal static class OnnxOutputs
{
    private const int ModelGraph = 7;
    private const int GraphNode = 1;
    private const int GraphOutput = 12;
    private const int NodeOutput = 2;
    private const int NodeOperation = 4;
    private const int NodeAttribute = 5;
    private const int AttributeGraph = 6;
    private const int ValueName = 1;
    private const int ValueType = 2;
    private const int TypeTensor = 1;
    private const int TensorElement = 1;
    private const int Float = 1;

    /// <param name="model">The model's file.</param>
    /// <param name="outputs">Values of 32-bit floats: by which name they are asked for, and what they are called inside the branches.</param>
    public static byte[] ExposeFromBranches(byte[] model, IReadOnlyList<(string Name, string Inner)> outputs) =>
        Rewrite(model, (writer, field) =>
        {
            if (field.Number == ModelGraph)
            {
                writer.Bytes(ModelGraph, ExposeInGraph(field.Content, outputs));
            }
            else
            {
                writer.Copy(field);
            }
        }).Written.ToArray();

    private static ReadOnlySpan<byte> ExposeInGraph(ReadOnlyMemory<byte> graph, IReadOnlyList<(string Name, string Inner)> outputs)
    {
        var found = 0;
        var writer = Rewrite(graph, (writer, field) =>
        {
            if (field.Number == GraphNode && IsIf(field.Content))
            {
                found++;
                writer.Bytes(GraphNode, ExposeInIf(field.Content, outputs));
            }
            else
            {
                writer.Copy(field);
            }
        });
        if (found != 1)
        {
            throw new ModelConversionException($"The model must have one If; it has {found}.");
        }

        return WithOutputs(writer, outputs.Select(o => o.Name));
    }

    private static ReadOnlySpan<byte> ExposeInIf(ReadOnlyMemory<byte> node, IReadOnlyList<(string Name, string Inner)> outputs)
    {
        var writer = Rewrite(node, (writer, field) =>
        {
            if (field.Number == NodeAttribute && ProtoReader.Fields(field.Content).Any(f => f.Number == AttributeGraph))
            {
                writer.Message(NodeAttribute, Rewrite(field.Content, (attribute, inner) =>
                {
                    if (inner.Number == AttributeGraph)
                    {
                        attribute.Bytes(AttributeGraph, ExposeInBranch(inner.Content, outputs));
                    }
                    else
                    {
                        attribute.Copy(inner);
                    }
                }));
            }
            else
            {
                writer.Copy(field);
            }
        });
        foreach (var (name, _) in outputs)
        {
            writer.Text(NodeOutput, name);
        }

        return writer.Written.Span;
    }

    private static ReadOnlySpan<byte> ExposeInBranch(ReadOnlyMemory<byte> branch, IReadOnlyList<(string Name, string Inner)> outputs)
    {
        var made = ProtoReader.Fields(branch).Where(f => f.Number == GraphNode).SelectMany(f => TextsOf(f.Content, NodeOutput)).ToHashSet(StringComparer.Ordinal);
        return outputs.FirstOrDefault(o => !made.Contains(o.Inner)).Inner is { } missing
            ? throw new ModelConversionException($"A branch of the model has no value '{missing}'.")
            : WithOutputs(Rewrite(branch, (writer, field) => writer.Copy(field)), outputs.Select(o => o.Inner));
    }

    private static ReadOnlySpan<byte> WithOutputs(ProtoWriter graph, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            graph.Message(GraphOutput, new ProtoWriter().Text(ValueName, name)
                .Message(ValueType, new ProtoWriter().Message(TypeTensor, new ProtoWriter().Integer(TensorElement, Float))));
        }

        return graph.Written.Span;
    }

    private static ProtoWriter Rewrite(ReadOnlyMemory<byte> message, Action<ProtoWriter, ProtoField> write)
    {
        var writer = new ProtoWriter();
        foreach (var field in ProtoReader.Fields(message))
        {
            write(writer, field);
        }

        return writer;
    }

    private static bool IsIf(ReadOnlyMemory<byte> node) => TextsOf(node, NodeOperation).Contains("If");

    private static IEnumerable<string> TextsOf(ReadOnlyMemory<byte> message, int number) =>
        ProtoReader.Fields(message).Where(f => f.Number == number && f.Wire == ProtoReader.BytesWire).Select(f => Encoding.UTF8.GetString(f.Content.Span));
}
