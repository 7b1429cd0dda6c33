namespace Atrium.Inference.Conversion;

/// <summary>Matrix products.</summary>
internal static class MatrixOperations
{
    public static IReadOnlyDictionary<string, OperationWriter> Table { get; } = new Dictionary<string, OperationWriter>
    {
        ["MatMul"] = (node, conversion) => Product(node, conversion, "transpose_a", "transpose_b", [1, 0]),
        ["BatchMatMul"] = (node, conversion) => Product(node, conversion, "adj_x", "adj_y", [0, 1, 3, 2]),
        ["BatchMatMulV2"] = (node, conversion) => Product(node, conversion, "adj_x", "adj_y", [0, 1, 3, 2]),
    };

    private static void Product(TfjsNode node, TfjsToOnnx conversion, string turnFirst, string turnSecond, long[] turn)
    {
        string Side(int input, string flag)
        {
            var value = conversion.Value(node.Inputs[input]);
            return node.Flag(flag) ? conversion.Step("Transpose", [value], OnnxAttribute.Integers("perm", turn)) : value;
        }

        conversion.Graph.Node("MatMul", [Side(0, turnFirst), Side(1, turnSecond)], [node.Name]);
    }
}
