using System.Numerics.Tensors;
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

    /// <summary>The model was trained on Chinese too, whose writing has no spaces: there its own word for them is taken.</summary>
    private const float Surely = 0.5f;
    private static readonly float[] Half = [0.5f, 0.5f, 0.5f];

    private readonly InferenceSession _session;
    private readonly string[] _characters;
    private readonly Dictionary<int, int[]> _lookAlikes;

    public TextRecognizer(string modelFile, string charactersFile)
    {
        _session = VisionSession.Open(modelFile);
        _characters = ["", .. File.ReadAllLines(charactersFile), " "];
        _lookAlikes = _characters.Select((text, at) => (at, Others: LookAlikes.Of(text))).Where(c => c.Others.Count > 0)
            .ToDictionary(c => c.at, c => c.Others.Select(other => Array.IndexOf(_characters, other)).ToArray());
    }

    /// <summary>The line of a strip; its text is empty where nothing can be read.</summary>
    public TextLine Read(Picture picture, TextStrip strip)
    {
        var width = Math.Clamp((int)MathF.Round(Height * strip.Length / Math.Max(1, strip.Thickness)), MinWidth, MaxWidth);
        var pixels = picture.SampleBand(strip.Ribs(), width, Height);
        var input = Pixels.ChannelsFirst(pixels, width * Height, Half, Half);
        var scores = VisionSession.Run(_session, _session.InputMetadata.Keys.First(), input, [1, 3, Height, width], _session.OutputMetadata.Keys.First(), out var shape);
        var (steps, classes) = ((int)shape[1], (int)shape[2]);
        var characters = Decode(scores, steps, classes);
        var spaces = characters.Zip(characters.Skip(1), (here, next) => HighestSpace(scores, classes, here.Step, next.Step)).ToList();
        var ends = WordGaps.Find(pixels, width, Height, characters.ConvertAll(c => c.Text), characters.ConvertAll(c => (c.Step + 0.5f) * width / steps), spaces);
        for (var at = 0; at < spaces.Count; at++)
        {
            ends[at] = IsWide(characters[at]) || IsWide(characters[at + 1]) ? spaces[at] > Surely : ends[at];
        }

        return Line(characters, ends, steps, strip);
    }

    public void Dispose() => _session.Dispose();

    /// <summary>All but the spaces.</summary>
    private List<Character> Decode(float[] scores, int steps, int classes)
    {
        var found = new List<Character>();
        var last = 0;
        for (var step = 0; step < steps; step++)
        {
            var row = scores.AsSpan(step * classes, classes);
            var best = TensorPrimitives.IndexOfMax(row);
            if (best != 0 && best != last && best < _characters.Length - 1)
            {
                found.Add(new(_characters[best], row[best], step, Alternatives(row, best)));
            }

            last = best;
        }

        return found.Exists(c => IsWide(c) && !IsFullWidth(c)) ? found : found.ConvertAll(Halved);
    }

    private (string Text, float Score)[] Alternatives(ReadOnlySpan<float> row, int best)
    {
        if (!_lookAlikes.TryGetValue(best, out var others))
        {
            return [];
        }

        var alternatives = new (string, float)[others.Length];
        for (var at = 0; at < others.Length; at++)
        {
            alternatives[at] = (_characters[others[at]], row[others[at]]);
        }

        return alternatives;
    }

    private float HighestSpace(float[] scores, int classes, int from, int to)
    {
        var highest = 0f;
        for (var step = from; step <= to; step++)
        {
            highest = Math.Max(highest, scores[(step * classes) + _characters.Length - 1]);
        }

        return highest;
    }

    /// <summary>Chinese and Japanese characters stand apart without a space.</summary>
    private static bool IsWide(Character character) => character.Text[0] >= '\u2e80';

    /// <summary>ASCII as it is written among Chinese characters (Unicode, Halfwidth and Fullwidth Forms).</summary>
    private static bool IsFullWidth(Character character) => character.Text[0] is >= '\uff01' and <= '\uff5e';

    /// <summary>The model takes a Latin comma for a Chinese one now and then; in a line without Chinese characters there is none.</summary>
    private static Character Halved(Character character) =>
        IsFullWidth(character) ? character with { Text = ((char)(character.Text[0] - '\uff01' + '!')).ToString() } : character;

    /// <param name="characters">All of the line.</param>
    /// <param name="ends">Behind which of them a word ends.</param>
    /// <param name="steps">Of the model, over the whole strip.</param>
    /// <param name="strip">Where the line is.</param>
    private static TextLine Line(List<Character> characters, bool[] ends, int steps, TextStrip strip)
    {
        var words = new List<TextWord>();
        for (var start = 0; start < characters.Count;)
        {
            var end = Array.IndexOf(ends, true, start) is var last && last >= 0 ? last + 1 : characters.Count;
            var from = start == 0 ? 0 : (characters[start - 1].Step + characters[start].Step + 1) / 2f / steps;
            var to = end == characters.Count ? 1 : (characters[end - 1].Step + characters[end].Step + 1) / 2f / steps;
            var word = LookAlikes.SetRight(characters[start..end]);
            words.Add(new(Text(word), word.Average(c => c.Score), strip.Part(from, to)));
            start = end;
        }

        return words.Count == 0
            ? new("", 0, strip.Part(0, 1), [])
            : new(string.Join(' ', words.Select(w => w.Text)), characters.Average(c => c.Score), strip.Part(0, 1), words);
    }

    private static string Text(List<Character> characters) => characters.Aggregate(new StringBuilder(), (text, c) => text.Append(c.Text)).ToString();
}
