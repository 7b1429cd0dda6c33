using Atrium.Inference.Images;

namespace Atrium.Inference.Vision.Reading;

/// <summary>Reads the text of a picture, whichever way up it is. Calls may overlap.</summary>
internal sealed class PageReader(string folder) : IDisposable
{
    /// <summary>Below this a line is taken for something that is no text.</summary>
    private const float MinConfidence = 0.5f;

    /// <summary>A longest line that is read with this confidence is surely the right way up.</summary>
    private const float Upright = 0.9f;

    private readonly TextFinder _finder = new(Path.Combine(folder, "assets", "ch_PP-OCRv4_det_infer.onnx"));
    private readonly TextRecognizer _recognizer = new(
        Path.Combine(folder, "assets", "ch_PP-OCRv4_rec_infer.onnx"), Path.Combine(folder, "assets", "ppocr_keys_v1.txt"));

    /// <summary>Lines from the top of the text to its bottom.</summary>
    public IReadOnlyList<TextLine> Read(Picture picture, CancellationToken cancellationToken)
    {
        var strips = _finder.Find(picture);
        if (strips.Count == 0)
        {
            return [];
        }

        if (IsUpsideDown(picture, strips))
        {
            strips = [.. strips.Select(s => s.UpsideDown)];
        }

        var lines = new List<TextLine>();
        foreach (var strip in InOrder(strips))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var line = _recognizer.Read(picture, strip);
            if (line.Text.Length > 0 && line.Confidence >= MinConfidence)
            {
                lines.Add(line);
            }
        }

        return lines;
    }

    public void Dispose()
    {
        _finder.Dispose();
        _recognizer.Dispose();
    }

    /// <summary>Which way up is not to be seen from where lines are: the longest is read both ways, and the surer reading is right.</summary>
    private bool IsUpsideDown(Picture picture, List<TextStrip> strips)
    {
        var longest = strips.MaxBy(s => s.Length / Math.Max(1, s.Thickness));
        var asIs = _recognizer.Read(picture, longest).Confidence;
        return asIs < Upright && _recognizer.Read(picture, longest.UpsideDown).Confidence > asIs;
    }

    /// <summary>By row, then along the row, as seen by a reader of the text.</summary>
    private static IEnumerable<TextStrip> InOrder(List<TextStrip> strips)
    {
        var direction = strips.MaxBy(s => s.Length).Direction;
        float Along(TextStrip s) => (s.Centre.X * direction.X) + (s.Centre.Y * direction.Y);
        float Down(TextStrip s) => (s.Centre.Y * direction.X) - (s.Centre.X * direction.Y);

        var rows = new List<List<TextStrip>>();
        foreach (var strip in strips.OrderBy(Down))
        {
            if (rows.Count > 0 && Down(strip) - Down(rows[^1][0]) < Math.Min(strip.Thickness, rows[^1][0].Thickness) / 2)
            {
                rows[^1].Add(strip);
            }
            else
            {
                rows.Add([strip]);
            }
        }

        return rows.SelectMany(row => row.OrderBy(Along));
    }
}
