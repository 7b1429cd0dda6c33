using System.Text;
using Atrium.Inference.Images;
using Microsoft.ML.OnnxRuntime;

namespace Atrium.Inference.Vision.Reading;

/// <summary>
/// Reads one line by the recognition model of PP-OCRv4: a row of distributions over characters from left to right, where the same character
/// twice in a row is one and the first of all means none (connectionist temporal classification, greedy).
/// </summary>
internal sealed class TextRecognizer : IDisposable
{
    private const int Height = 48;
    private const int MinWidth = 16;
    private const int MaxWidth = 3200;
    private static readonly float[] Half = [0.5f, 0.5f, 0.5f];

    private readonly InferenceSession _session;
    private readonly string[] _characters;

    public TextRecognizer(string modelFile, string charactersFile)
    {
        _session = VisionSession.Open(modelFile);
        _characters = ["", .. File.ReadAllLines(charactersFile), " "];
    }

    /// <summary>The line of a strip; its text is empty where nothing can be read.</summary>
    public TextLine Read(Picture picture, TextStrip strip)
    {
        var width = Math.Clamp((int)MathF.Round(Height * strip.Length / Math.Max(1, strip.Thickness)), MinWidth, MaxWidth);
        var pixels = picture.Sample((strip.TopLeft, strip.TopRight, strip.BottomLeft), width, Height);
        var input = Pixels.ChannelsFirst(pixels, width * Height, Half, Half);
        var scores = VisionSession.Run(_session, _session.InputMetadata.Keys.First(), input, [1, 3, Height, width], _session.OutputMetadata.Keys.First(), out var shape);
        var steps = (int)shape[1];
        return Line(WithSpaces(Decode(scores, steps, (int)shape[2]), pixels, width, steps), steps, strip);
    }

    public void Dispose() => _session.Dispose();

    private List<Character> Decode(float[] scores, int steps, int classes)
    {
        var found = new List<Character>();
        var last = 0;
        for (var step = 0; step < steps; step++)
        {
            var row = scores.AsSpan(step * classes, classes);
            var best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax(row);
            if (best != 0 && best != last && best < _characters.Length)
            {
                found.Add(new(_characters[best], row[best], step));
            }

            last = best;
        }

        return found;
    }

    /// <summary>The model leaves out a space now and then; the picture has it.</summary>
    private static List<Character> WithSpaces(List<Character> characters, float[] pixels, int width, int steps)
    {
        var gaps = WordGaps.Find(pixels, width, Height, characters.ConvertAll(c => (c.Step + 0.5f) * width / steps), characters.ConvertAll(c => c.Text == " "));
        return [.. characters.SelectMany((c, at) => gaps[at] && !IsWide(c) ? (Character[])[c, new(" ", c.Score, (c.Step + characters[at + 1].Step) / 2)] : [c])];
    }

    /// <summary>Chinese and Japanese characters stand apart without a space.</summary>
    private static bool IsWide(Character character) => character.Text[0] >= '\u2e80';

    private static TextLine Line(List<Character> characters, int steps, TextStrip strip)
    {
        var first = characters.FindIndex(c => c.Text != " ");
        if (first < 0)
        {
            return new("", 0, strip.Part(0, 1), []);
        }

        characters = characters[first..(characters.FindLastIndex(c => c.Text != " ") + 1)];
        var words = new List<TextWord>();
        for (var start = 0; start < characters.Count;)
        {
            var end = characters.FindIndex(start, c => c.Text == " ");
            end = end < 0 ? characters.Count : end;
            if (end > start)
            {
                var from = start == 0 ? 0 : (characters[start - 1].Step + characters[start].Step + 1) / 2f / steps;
                var to = end == characters.Count ? 1 : (characters[end - 1].Step + characters[end].Step + 1) / 2f / steps;
                words.Add(new(Text(characters[start..end]), Confidence(characters[start..end]), strip.Part(from, to)));
            }

            start = end + 1;
        }

        return new(string.Join(' ', words.Select(w => w.Text)), Confidence(characters), strip.Part(0, 1), words);
    }

    private static string Text(List<Character> characters) => characters.Aggregate(new StringBuilder(), (text, c) => text.Append(c.Text)).ToString();

    private static float Confidence(List<Character> characters) => characters.Average(c => c.Score);

    /// <param name="Text">One character.</param>
    /// <param name="Score">Its probability.</param>
    /// <param name="Step">Where on the line, in the model's steps.</param>
    private readonly record struct Character(string Text, float Score, int Step);
}
