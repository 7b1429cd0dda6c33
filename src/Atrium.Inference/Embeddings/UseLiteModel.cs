using Atrium.Inference.Conversion;
using Atrium.Inference.Packages;

namespace Atrium.Inference.Embeddings;

/// <summary>The files of Universal Sentence Encoder lite: what the package holds and what is made of it.</summary>
internal static class UseLiteModel
{
    public const string Name = "use-lite-en";
    public const int Dimensions = 512;

    /// <summary>The model's own limit: it drops what comes after this many tokens (ClipToMaxLength in its graph).</summary>
    public const int WindowTokens = 128;

    public const string PositionsInput = "indices";
    public const string TokensInput = "values";
    public const string Output = "module_apply_default/Encoder_en/hidden_layers/l2_normalize";

    public static ModelConversion Conversion { get; } = new(1, Convert);

    public static string ModelFile(string folder) => Path.Combine(folder, "model.onnx");

    public static string VocabularyFile(string folder) => Path.Combine(folder, "vocab.json");

    private static void Convert(string folder)
    {
        var source = Path.Combine(folder, "dist");
        File.WriteAllBytes(ModelFile(folder), TfjsToOnnx.Convert(TfjsGraph.Read(Path.Combine(source, "model.json")), Output));
        File.Move(Path.Combine(source, "vocab.json"), VocabularyFile(folder));
        Directory.Delete(source, recursive: true);
    }
}
