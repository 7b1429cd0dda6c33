using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Inference;
using Atrium.Inference.Hearing;
using Atrium.Inference.Media;
using Atrium.Server.Egress;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Gateway.Speech.Hearing.Foreign;
using Atrium.Server.Gateway.Speech.Hearing.Hooks;
using Atrium.Server.Hosting;
using Atrium.Server.Models;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Projects;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>
/// Carries out a transcription, file by file. What came of a file lies in the job's folder before the next one begins, so after a crash no file that was through is
/// heard again; its row of usage has an id of its own making, so it is one row however often it is written.
/// </summary>
internal sealed class TranscriptionJob(
    TranscriptionInputs inputs, IResultContainers containers, Listener listener, ConversationListener conversations, DiarizingEar diarizing, ForeignEars ears, HookNotices notices, EmbeddedEngines engines, AudioDecoder decoder, GatewayState gateway, Metering metering, ISecretCipher cipher, TimeProvider clock) : IJobKind
{
    public const string Kind = "transcriptions";
    private const string Sources = "sources.json", NoModel = "NoModel";
    private static readonly TimeSpan LongestAudio = TimeSpan.FromHours(24);

    public string Name => Kind;

    public int AtOnce => 2;

    public DateTimeOffset? KeptUntil(JsonObject view)
    {
        var properties = view["properties"]!;
        TimeSpan? kept = properties["timeToLiveHours"] is { } hours ? TimeSpan.FromHours((int)hours)
            : properties["timeToLive"] is { } text && TranscriptionOrder.TryIso((string)text!, out var time) && time > TimeSpan.Zero ? time
            : null;
        return kept is { } span && (string?)view["status"] is "Succeeded" or "Failed" ? view["lastActionDateTime"]!.GetValue<DateTimeOffset>() + span : null;
    }

    public void GiveUp(JsonObject view, DateTimeOffset now) => Fail(view, now, "InternalServerError", "The server could not carry out the transcription.");

    public async Task<Action<JsonObject>> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        await run.ChangeAsync(view => (view["status"], view["lastActionDateTime"]) = ("Running", clock.GetUtcNow()), cancellationToken);
        await notices.TellAsync(run.Owner, HookEvents.Processing, run.Job.Id, cancellationToken);
        return await CarryOutAsync(run, cancellationToken);
    }

    public Task BeforeEndAsync(JobRun run, CancellationToken cancellationToken) => notices.TellAsync(run.Owner, HookEvents.Completed, run.Job.Id, cancellationToken);

    private async Task<Action<JsonObject>> CarryOutAsync(JobRun run, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> urls;
        try
        {
            urls = await SourcesAsync(run, cancellationToken);
        }
        catch (FetchRefusedException refused)
        {
            return view => Fail(view, clock.GetUtcNow(), "InvalidUri", $"The container cannot be listed. {refused.Message}");
        }

        var style = ResultStyle.Of(run.Job.View["properties"]!.AsObject());
        var outcomes = new List<FileOutcome>();
        var patience = new EarPatience(clock);
        for (var i = 0; i < urls.Count; i++)
        {
            outcomes.Add(await OutcomeAsync(run, i, urls[i], style, patience, cancellationToken));
        }

        var files = WriteReport(run, urls, outcomes);
        var refusal = await DeliverAsync(run, files, cancellationToken);
        return End(files, outcomes, refusal);
    }

    /// <summary>Why the files are not in the container that they were to go to; null where they are, or there is none.</summary>
    private async Task<string?> DeliverAsync(JobRun run, IReadOnlyList<JsonObject> files, CancellationToken cancellationToken)
    {
        if (run.Job.Request.Open<TranscriptionDestination>(TranscriptionDestination.Name, cipher, run.Job.Row.Key) is not { } destination)
        {
            return null;
        }

        try
        {
            await destination.DeliverAsync(files, run.Folder, containers, cancellationToken);
            return null;
        }
        catch (ResultRefusedException refused)
        {
            return refused.Message;
        }
    }

    /// <summary>The list is made once; what a container holds may change while the work goes on.</summary>
    private async Task<IReadOnlyList<string>> SourcesAsync(JobRun run, CancellationToken cancellationToken)
    {
        var sources = run.Job.Request.Open<TranscriptionSources>(TranscriptionSources.Name, cipher, run.Job.Row.Key)!;
        if (sources.Container is not { } container)
        {
            return sources.Urls;
        }

        var kept = Path.Combine(run.Folder, Sources);
        if (!File.Exists(kept))
        {
            var found = new TranscriptionSources(await inputs.ListAsync(run.Owner, container, cancellationToken), null);
            var list = new JsonObject();
            list.Seal(TranscriptionSources.Name, found, cipher, run.Job.Row.Key);
            PrivateFile.Write(kept, list.ToJsonString());
        }

        return JsonNode.Parse(await File.ReadAllTextAsync(kept, cancellationToken))!.AsObject().Open<TranscriptionSources>(TranscriptionSources.Name, cipher, run.Job.Row.Key)!.Urls;
    }

    private async Task<FileOutcome> OutcomeAsync(JobRun run, int number, string url, ResultStyle style, EarPatience patience, CancellationToken cancellationToken)
    {
        var path = Path.Combine(run.Folder, $"outcome-{number}.json");
        if (!File.Exists(path))
        {
            PrivateFile.Write(path, JsonSerializer.Serialize(await HearAsync(run, number, url, style, patience, cancellationToken)));
        }

        return JsonSerializer.Deserialize<FileOutcome>(await File.ReadAllTextAsync(path, cancellationToken))!;
    }

    private async Task<FileOutcome> HearAsync(JobRun run, int number, string url, ResultStyle style, EarPatience patience, CancellationToken cancellationToken)
    {
        var audio = Path.Combine(run.Folder, $"audio-{number}");
        var call = await CallAsync(run, number, cancellationToken);
        try
        {
            await inputs.FetchAsync(run.Owner, url, audio, TranscriptionInputs.MostBytes, cancellationToken);
            var channels = await HearChannelsAsync(run, call, audio, style, patience, cancellationToken);
            using var profanity = await engines.ProfanityAsync(cancellationToken);
            var result = TranscriptionResult.Write(TranscriptionSources.Shown(url), channels, style, profanity.Model, clock.GetUtcNow());
            PrivateFile.Write(Path.Combine(run.Folder, ResultName(number)), result.ToJsonString());
            metering.Record(call, StatusCodes.Status200OK);
            return new(true, "", "None", channels.Max(c => c.Transcript.Duration).Ticks);
        }
        catch (FetchRefusedException refused)
        {
            return new(false, refused.Message, "DownloadError", 0);
        }
        catch (ApiException refused) when (refused.Status == StatusCodes.Status400BadRequest || refused.Code == Listener.NoDecoder)
        {
            metering.Record(call, refused.Status);
            return new(false, refused.Message, refused.Code == NoModel ? NoModel : "InvalidAudioFormat", 0);
        }
        catch (EarRefusedException refused)
        {
            metering.Record(call, refused.Status);
            return new(false, refused.Message, "RecognizerFailed", 0);
        }
        finally
        {
            File.Delete(audio);
        }
    }

    private async Task<List<(int Channel, Transcript Transcript)>> HearChannelsAsync(JobRun run, GatewayCall call, string audio, ResultStyle style, EarPatience patience, CancellationToken cancellationToken)
    {
        var (wanted, count) = (run.Job.View["properties"]!["channels"]!.AsArray().Select(c => (int)c!).Order().ToArray(), await CountChannelsAsync(audio, cancellationToken));
        var present = wanted.Where(channel => channel < count).ToArray();
        if (present.Length == 0)
        {
            throw ApiException.BadRequest("InvalidChannels", $"The audio has {count} channel(s), and none of {string.Join(", ", wanted)}.");
        }

        var speakers = SpeakerBounds.Of(run.Job.View["properties"]!.AsObject());
        if (speakers is not null && present.Length > 1)
        {
            throw ApiException.BadRequest("InvalidChannels", "Stereo audio is not supported with diarization: speakers are told apart in one channel, which 'channels' may name.");
        }

        var locales = TranscriptionOrder.LocalesOf(run.Job.View);
        var isEnglish = locales is [var only] && Listener.Understands(only);
        var (heard, unheard) = (new List<(int, Transcript)>(), (string?)null);
        foreach (var channel in present)
        {
            if (speakers is not null && await patience.AskAsync(() => diarizing.TryHearAsync(call, audio, count > 1 ? channel : null, locales, speakers, cancellationToken), cancellationToken) is { } told)
            {
                heard.Add((channel, told));
                continue;
            }

            var writer = isEnglish ? null
                : await ears.FindAsync(call, locales, TranscriptionOrder.IsContinuous(run.Job.View), style.WantsWords || speakers is not null, expected: null, cancellationToken);
            var candidates = writer is not null ? null : SpokenCandidates.Of(locales) ?? throw ApiException.BadRequest(NoModel, $"Nothing here hears {string.Join(", ", locales)} any more. {ears.HowTo}.");
            var question = candidates?.Question(TranscriptionOrder.IsContinuous(run.Job.View)) ?? LanguageQuestion.None;
            var (source, rules, lane) = (MediaSource.Of(audio), new AudioRules { MaxDuration = speakers is null ? LongestAudio : ConversationListener.Longest, Channel = channel }, run.Owner.Id.Key + "/" + Kind);
            var transcript = await WaitForRoomAsync(
                () => speakers is null
                    ? listener.HearAsync(call, source, rules, style.WantsWords, lane, writer?.Patiently(patience), question, cancellationToken)
                    : conversations.HearAsync(call, source, rules, speakers, new() { Lane = lane, Writer = writer?.Patiently(patience), Question = question }, cancellationToken),
                cancellationToken);
            heard.Add((channel, candidates?.Name(transcript) ?? transcript));
            unheard ??= transcript.Unheard.Count > 0 ? candidates?.Unheard($"{ears.HowTo}.") : null;
        }

        return unheard is not null && heard.TrueForAll(channel => channel.Item2.Phrases.Count == 0) ? throw ApiException.BadRequest(NoModel, unheard) : heard;
    }

    private async Task<int> CountChannelsAsync(string audio, CancellationToken cancellationToken)
    {
        try
        {
            return await decoder.CountChannelsAsync(audio, cancellationToken);
        }
        catch (AudioRefusedException refused)
        {
            throw refused.Fault is AudioFault.NoDecoder ? ApiException.Unavailable(Listener.NoDecoder, refused.Message) : ApiException.BadRequest("InvalidAudioFormat", refused.Message);
        }
    }

    /// <summary>Those who wait for their answers go first.</summary>
    private async Task<T> WaitForRoomAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await work();
            }
            catch (InferenceQueueFullException full)
            {
                await Task.Delay(full.RetryAfter, clock, cancellationToken);
            }
        }
    }

    private async Task<GatewayCall> CallAsync(JobRun run, int number, CancellationToken cancellationToken)
    {
        var id = SHA256.HashData(Encoding.UTF8.GetBytes($"{run.Job.Row.Key}#{number}"))[..16];
        return new(new DefaultHttpContext { RequestAborted = cancellationToken }, Transcribing.Operation.Name, Stopwatch.GetTimestamp())
        {
            Id = new Guid(id),
            Model = await gateway.ReadAsync(cancellationToken),
            Owner = run.Owner,
            CallerName = run.Job.Caller,
            ModelName = EmbeddedEngines.HearingName,
        };
    }

    /// <summary>The files that came of it, the report last.</summary>
    private List<JsonObject> WriteReport(JobRun run, IReadOnlyList<string> urls, List<FileOutcome> outcomes)
    {
        var now = clock.GetUtcNow();
        List<JsonObject> files = [.. outcomes.Index().Where(outcome => outcome.Item.IsHeard).Select(outcome => FileOf(run.Folder, $"contenturl_{outcome.Index}.json", "Transcription", ResultName(outcome.Index), now))];
        PrivateFile.Write(Path.Combine(run.Folder, ReportName), Report(urls, outcomes).ToJsonString());
        return [.. files, FileOf(run.Folder, "report.json", "TranscriptionReport", ReportName, now)];
    }

    private Action<JsonObject> End(List<JsonObject> files, List<FileOutcome> outcomes, string? refusal)
    {
        var (now, ticks) = (clock.GetUtcNow(), outcomes.Sum(o => o.Ticks));
        var firstFailure = outcomes.Find(o => !o.IsHeard);
        return view =>
        {
            (view["status"], view["lastActionDateTime"]) = ("Succeeded", now);
            view[TranscriptionView.FileList] = new JsonArray([.. files.Select(file => file.DeepClone())]);
            view["properties"]![TranscriptionView.Duration] = ticks;
            if (outcomes.TrueForAll(o => !o.IsHeard))
            {
                Fail(view, now, "InvalidData", outcomes.Count == 0 ? "There was no audio file." : $"No audio file could be transcribed. The first: {firstFailure!.Message}");
            }
            else if (refusal is not null)
            {
                Fail(view, now, "DestinationNotWritable", refusal);
            }
        };
    }

    private const string ReportName = "report.json";

    private static string ResultName(int number) => $"result-{number}.json";

    private static JsonObject FileOf(string folder, string name, string kind, string path, DateTimeOffset now) => new()
    {
        ["id"] = JobIds.New(now),
        ["name"] = name,
        ["kind"] = kind,
        ["path"] = path,
        ["size"] = new FileInfo(Path.Combine(folder, path)).Length,
        ["createdDateTime"] = now,
    };

    private static JsonObject Report(IReadOnlyList<string> urls, List<FileOutcome> outcomes) => new()
    {
        ["successfulTranscriptionsCount"] = outcomes.Count(o => o.IsHeard),
        ["failedTranscriptionsCount"] = outcomes.Count(o => !o.IsHeard),
        ["details"] = new JsonArray([.. outcomes.Select((outcome, i) =>
        {
            var detail = new JsonObject { ["sourceUrl"] = TranscriptionSources.Shown(urls[i]), ["status"] = outcome.IsHeard ? "Succeeded" : "Failed" };
            if (!outcome.IsHeard)
            {
                (detail["errorMessage"], detail["errorKind"]) = (outcome.Message, outcome.Fault);
            }

            return detail;
        })]),
    };

    private static void Fail(JsonObject view, DateTimeOffset now, string code, string message)
    {
        (view["status"], view["lastActionDateTime"]) = ("Failed", now);
        view["properties"]!["error"] = new JsonObject { ["code"] = code, ["message"] = message };
    }
}

/// <summary>What came of one file.</summary>
/// <param name="IsHeard">Whether there is a result.</param>
/// <param name="Message">Why not, for the caller.</param>
/// <param name="Fault">The same as a code.</param>
/// <param name="Ticks">How long the audio was.</param>
internal sealed record FileOutcome(bool IsHeard, string Message, string Fault, long Ticks);
