using Atrium.Inference.Conversion;
using Atrium.Inference.Packages;

namespace Atrium.Inference.Vision;

/// <summary>The files of CenterNet (MobileNetV2, 512 pixels): what the package holds and what is made of it.</summary>
internal static class ObjectModel
{
    public const string Input = "tower_0/images";

    /// <summary>100 rows of left, top, right, bottom (in pixels of the input), confidence, class.</summary>
    public const string Output = "tower_0/detections";

    /// <summary>Width and height of the input.</summary>
    public const int Side = 512;

    public static ModelConversion Conversion { get; } = new(1, Convert);

    public static string ModelFile(string folder) => Path.Combine(folder, "objects.onnx");

    private static void Convert(string folder)
    {
        var source = Path.Combine(folder, "models");
        File.WriteAllBytes(ModelFile(folder), TfjsToOnnx.Convert(TfjsGraph.Read(Path.Combine(source, "centernet.json")), Output));
        Directory.Delete(source, recursive: true);
    }
}
