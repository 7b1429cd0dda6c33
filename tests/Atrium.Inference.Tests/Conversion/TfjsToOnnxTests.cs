using System.Runtime.InteropServices;
using Atrium.Inference.Conversion;
using Microsoft.ML.OnnxRuntime;

namespace Atrium.Inference.Tests.Conversion;

public sealed class TfjsToOnnxTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void A_matrix_product_with_a_bias_computes_what_it_says()
    {
        var graph = Graph(
            """
            {"name":"x","op":"Placeholder","attr":{"dtype":{"type":"DT_FLOAT"},"shape":{"shape":{"dim":[{"size":"-1"},{"size":"2"}]}}}},
            {"name":"w","op":"Const"},{"name":"b","op":"Const"},
            {"name":"p","op":"MatMul","input":["x","w"],"attr":{"transpose_a":{"b":false},"transpose_b":{"b":true}}},
            {"name":"y","op":"BiasAdd","input":["p:0","b","^x"]}
            """,
            """{"name":"w","shape":[3,2],"dtype":"float32"},{"name":"b","shape":[3],"dtype":"float32"}""",
            Bytes<float>(1, 2, 3, 4, 5, 6, 10, 20, 30));

        var y = Run(TfjsToOnnx.Convert(graph, "y"), "x", [1, 1], [1, 2], "y");

        Assert.Equal([13, 27, 41], y);
    }

    [Fact]
    public void A_strided_slice_with_masks_takes_the_named_part()
    {
        var graph = Graph(
            """
            {"name":"x","op":"Placeholder","attr":{"dtype":{"type":1},"shape":{"shape":{"dim":[{"size":2},{"size":3}]}}}},
            {"name":"begin","op":"Const"},{"name":"end","op":"Const"},{"name":"stride","op":"Const"},
            {"name":"y","op":"StridedSlice","input":["x","begin","end","stride"],"attr":{"begin_mask":{"i":"1"},"end_mask":{"i":"1"},"shrink_axis_mask":{"i":"2"}}}
            """,
            """{"name":"begin","shape":[2],"dtype":"int32"},{"name":"end","shape":[2],"dtype":"int32"},{"name":"stride","shape":[2],"dtype":"int32"}""",
            Bytes(0, -1, 0, 0, 1, 1));

        var y = Run(TfjsToOnnx.Convert(graph, "y"), "x", [1, 2, 3, 4, 5, 6], [2, 3], "y");

        Assert.Equal([3, 6], y);
    }

    [Theory]
    [InlineData(1, new float[] { 2, 4, 6, 8 })]
    [InlineData(2, new float[] { 10 })]
    public void A_convolution_is_right_as_matrix_product_and_as_convolution(int size, float[] expected)
    {
        var graph = Graph(
            """
            {"name":"x","op":"Placeholder","attr":{"dtype":{"type":1},"shape":{"shape":{"dim":[{"size":"1"},{"size":"2"},{"size":"2"},{"size":"1"}]}}}},
            {"name":"k","op":"Const"},
            {"name":"y","op":"Conv2D","input":["x","k"],"attr":{"strides":{"list":{"i":["1","1","1","1"]}},"padding":{"s":[86,65,76,73,68]},"dilations":{"list":{"i":["1","1","1","1"]}}}}
            """,
            $$"""{"name":"k","shape":[{{size}},{{size}},1,1],"dtype":"float32"}""",
            size == 1 ? Bytes<float>(2) : Bytes<float>(1, 1, 1, 1));

        var y = Run(TfjsToOnnx.Convert(graph, "y"), "x", [1, 2, 3, 4], [1, 2, 2, 1], "y");

        Assert.Equal(expected, y);
    }

    [Fact]
    public void Quantised_weights_come_back_by_scale_and_offset()
    {
        var graph = Graph(
            """
            {"name":"x","op":"Placeholder","attr":{"dtype":{"type":1},"shape":{"shape":{"dim":[{"size":"3"}]}}}},
            {"name":"w","op":"Const"},{"name":"y","op":"Mul","input":["x","w"]}
            """,
            """{"name":"w","shape":[3],"dtype":"float32","quantization":{"dtype":"uint8","min":-1.0,"scale":0.5}}""",
            [0, 2, 6]);

        Assert.Equal([-1, 0, 2], Run(TfjsToOnnx.Convert(graph, "y"), "x", [1, 1, 1], [3], "y"));
    }

    [Fact]
    public void Every_unknown_operation_is_named_at_once()
    {
        var graph = Graph("""{"name":"a","op":"Frobnicate"},{"name":"b","op":"Defenestrate","input":["a"]}""", "", []);

        var error = Assert.Throws<ModelConversionException>(() => TfjsToOnnx.Convert(graph, "b"));

        Assert.Contains("Defenestrate, Frobnicate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Weight_files_that_are_too_short_are_refused()
    {
        var error = Assert.Throws<ModelConversionException>(() =>
            Graph("""{"name":"w","op":"Const"}""", """{"name":"w","shape":[3],"dtype":"float32"}""", Bytes<float>(1, 2)));

        Assert.Contains("4 bytes before the end of weight 'w'", error.Message, StringComparison.Ordinal);
    }

    private TfjsGraph Graph(string nodes, string weights, byte[] data)
    {
        File.WriteAllBytes(_temp.Sub("shard"), data);
        var model = _temp.Sub("model.json");
        File.WriteAllText(model, $$"""{"modelTopology":{"node":[{{nodes}}]},"weightsManifest":[{"paths":["shard"],"weights":[{{weights}}]}]}""");
        return TfjsGraph.Read(model);
    }

    private static byte[] Bytes<T>(params T[] values)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();

    private static float[] Run(byte[] model, string input, float[] values, long[] shape, string output)
    {
        using var session = new InferenceSession(model);
        using var value = OrtValue.CreateTensorValueFromMemory(values, shape);
        using var options = new RunOptions();
        using var results = session.Run(options, [input], [value], [output]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
