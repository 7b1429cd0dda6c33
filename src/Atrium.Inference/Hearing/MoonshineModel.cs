using Atrium.Inference.Conversion;
using Atrium.Inference.Packages;

namespace Atrium.Inference.Hearing;

/// <summary>The files of Moonshine tiny (English, 8-bit): what the package holds and what is made of it.</summary>
internal static class MoonshineModel
{
    /// <summary>As deployments and answers name it.</summary>
    public const string Name = "moonshine-tiny";
    public const int Layers = 6;
    public const int Heads = 8;
    public const int HeadSize = 36;
    /// <summary>Numbers that the encoder has for a frame.</summary>
    public const int States = Heads * HeadSize;
    public const int Begin = 1;
    public const int End = 2;

    /// <summary>Samples that one frame of the encoder stands for.</summary>
    public const int SamplesPerFrame = 384;

    /// <summary>
    /// The heads that look where the word is said, by layer: those that together found the beginnings of words best in speech whose times are known
    /// (<c>bench/run speech</c> measures it). The others look at other things.
    /// </summary>
    public static IReadOnlyList<(int Layer, int Head)> AlignmentHeads { get; } = [(3, 5), (3, 7), (5, 2), (5, 4), (5, 7)];

    public static ModelConversion Conversion { get; } = new(1, Convert);

    public static string EncoderFile(string folder) => Path.Combine(folder, "encoder.onnx");

    public static string DecoderFile(string folder) => Path.Combine(folder, "decoder.onnx");

    /// <summary>Where the decoder looks while it writes a token: [1, heads, 1, frames].</summary>
    public static string Attention(int layer) => $"attention.{layer}";

    /// <summary>The model keeps to itself where it looks; the times of words are read from that.</summary>
    private static void Convert(string folder)
    {
        var source = Path.Combine(folder, "dist", "model", "tiny", "quantized");
        var outputs = Enumerable.Range(0, Layers).Select(layer => (Attention(layer), $"/model/decoder/layers.{layer}/encoder_attn/Softmax_output_0"));
        File.WriteAllBytes(DecoderFile(folder), OnnxOutputs.ExposeFromBranches(File.ReadAllBytes(Path.Combine(source, "decoder_model_merged.onnx")), [.. outputs]));
        File.Move(Path.Combine(source, "encoder_model.onnx"), EncoderFile(folder));
        Directory.Delete(Path.Combine(folder, "dist"), recursive: true);
    }
}
