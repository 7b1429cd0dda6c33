using Atrium.Inference.Conversion;
using Atrium.Inference.Packages;

namespace Atrium.Inference.Safety.Images;

/// <summary>The files of NSFWJS (MobileNetV2, 224 pixels): what the package holds and what is made of it.</summary>
internal static class ImageSafetyModel
{
    public const string Input = "input_1";

    /// <summary>One probability for each <see cref="ImageKind"/>.</summary>
    public const string Output = "dense_3";

    /// <summary>Width and height of the input.</summary>
    public const int Side = 224;

    public static ModelConversion Conversion { get; } = new(1, Convert);

    public static string ModelFile(string folder) => Path.Combine(folder, "image-safety.onnx");

    /// <summary>The model and its weights come as scripts that export them.</summary>
    private static void Convert(string folder)
    {
        var scripts = Path.Combine(folder, "dist", "models", "mobilenet_v2");
        var model = Path.Combine(scripts, "model.json");
        File.WriteAllText(model, ModuleLiteral.ObjectOf(File.ReadAllText(Path.Combine(scripts, "model.min.js"))));
        File.WriteAllBytes(Path.Combine(scripts, "group1-shard1of1"), System.Convert.FromBase64String(ModuleLiteral.TextOf(File.ReadAllText(Path.Combine(scripts, "group1-shard1of1.min.js")))));
        File.WriteAllBytes(ModelFile(folder), TfjsToOnnx.Convert(TfjsLayers.Read(model), Output));
        Directory.Delete(Path.Combine(folder, "dist"), recursive: true);
    }
}
