using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Inference;
using Atrium.Inference.Speaking;
using Atrium.Inference.Speaking.Sound;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Projects;

namespace Atrium.Server.Gateway.Speech.Speaking.Batch;

/// <summary>
/// Carries out a batch synthesis, input by input. What came of one lies in the job's folder before the next begins, so after a crash no input that was through is
/// spoken again; its row of usage has an id of its own making, so it is one row however often it is written.
/// </summary>
internal sealed class SynthesisJob(Speaker speaker, IResultContainers containers, ISecretCipher cipher, GatewayState gateway, Metering metering, TimeProvider clock) : IJobKind
{
    public const string Kind = "batchsyntheses";
    public const string Succeeded = "Succeeded", Failed = "Failed";

    /// <summary>Of one audio.</summary>
    private static readonly TimeSpan LongestAudio = TimeSpan.FromHours(24);

    /// <summary>Of all audio of one job.</summary>
    private const long MostBytes = 4L * 1024 * 1024 * 1024;

    public string Name => Kind;

    public int AtOnce => 2;

    public DateTimeOffset? KeptUntil(JsonObject view) => (string?)view["status"] is Succeeded or Failed
        ? view["lastActionDateTime"]!.GetValue<DateTimeOffset>() + TimeSpan.FromHours((int)view["properties"]!["timeToLiveInHours"]!)
        : null;

    public void GiveUp(JsonObject view, DateTimeOffset now) => Fail(view, now, "InternalServerError", "The server could not carry out the synthesis.");

    public async Task<Action<JsonObject>> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        await run.ChangeAsync(view => (view["status"], view["lastActionDateTime"]) = ("Running", clock.GetUtcNow()), cancellationToken);
        var files = SynthesisFiles.Of(run.Job, run.Folder);
        var (view, inputs) = (run.Job.View, await files.ReadInputsAsync(cancellationToken));
        var format = speaker.FormatOf((string)view["properties"]!["outputFormat"]!, "properties.outputFormat");
        var isOne = (bool)view["properties"]!["concatenateResult"]!;
        List<IReadOnlyList<string>> parts = isOne ? [inputs] : [.. inputs.Select(input => (IReadOnlyList<string>)[input])];
        if (!File.Exists(files.ResultPath))
        {
            await SpeakAsync(run, files, parts, format, cancellationToken);
        }

        var outcomes = await OutcomesAsync(files, parts, cancellationToken);
        return await DeliverAsync(run, files, format, cancellationToken) is { } refused ? view => Fail(view, clock.GetUtcNow(), "DestinationNotWritable", refused) : End(outcomes);
    }

    /// <summary>Why the result is not in the container that it was to go to; null where it is, or there is none.</summary>
    private async Task<string?> DeliverAsync(JobRun run, SynthesisFiles files, AudioFormat format, CancellationToken cancellationToken)
    {
        if (run.Job.Request.Open<SynthesisDestination>(SynthesisDestination.Name, cipher, run.Job.Row.Key) is not { } destination || !File.Exists(files.ResultPath))
        {
            return null;
        }

        try
        {
            await destination.DeliverAsync(files.ResultPath, format.MediaType, containers, cancellationToken);
            return null;
        }
        catch (ResultRefusedException refused)
        {
            return refused.Message;
        }
    }

    private async Task SpeakAsync(JobRun run, SynthesisFiles files, List<IReadOnlyList<string>> parts, AudioFormat format, CancellationToken cancellationToken)
    {
        var (bytes, outcomes) = (0L, new List<SpokenOutcome>());
        for (var i = 0; i < parts.Count; i++)
        {
            if (await files.ReadOutcomeAsync(i, cancellationToken) is not { } outcome)
            {
                outcome = bytes > MostBytes ? new($"The audio before this one has more than {MostBytes} bytes together.", 0, 0, 0) : await SpeakAsync(run, files, i, parts[i], format, cancellationToken);
                files.WriteOutcome(i, outcome);
            }

            bytes += outcome.Bytes;
            outcomes.Add(outcome);
        }

        if (outcomes.Exists(outcome => outcome.Failure is null))
        {
            var wanted = run.Job.View["properties"]!;
            var names = outcomes.Index().Where(pair => pair.Item.Failure is null).SelectMany(pair => (string?[])
            [
                SynthesisFiles.AudioName(pair.Index, format),
                (bool)wanted["wordBoundaryEnabled"]! ? SynthesisFiles.BoundariesName(pair.Index, "word") : null,
                (bool)wanted["sentenceBoundaryEnabled"]! ? SynthesisFiles.BoundariesName(pair.Index, "sentence") : null,
            ]);
            files.Pack(Summary(run.Job.Id, parts, outcomes, format), [.. names.OfType<string>()]);
        }
    }

    private async Task<SpokenOutcome> SpeakAsync(JobRun run, SynthesisFiles files, int number, IReadOnlyList<string> part, AudioFormat format, CancellationToken cancellationToken)
    {
        var call = await CallAsync(run, number, cancellationToken);
        try
        {
            var script = await ScriptAsync(run.Job.View, part, cancellationToken);
            var properties = run.Job.View["properties"]!;
            var options = new SpeakingOptions
            {
                SampleRate = format.SampleRate, Longest = LongestAudio, HasWords = (bool)properties["wordBoundaryEnabled"]!, HasSentences = (bool)properties["sentenceBoundaryEnabled"]!,
            };
            var outcome = await WaitForRoomAsync(() => WriteAsync(call, files, number, script, format, options, cancellationToken), cancellationToken);
            metering.Record(call, StatusCodes.Status200OK);
            return outcome;
        }
        catch (ApiException refused) when (refused.Status == StatusCodes.Status400BadRequest)
        {
            metering.Record(call, refused.Status);
            return new(refused.Message, 0, 0, 0);
        }
        catch (SpeechFailedException)
        {
            metering.Record(call, StatusCodes.Status503ServiceUnavailable);
            return new("The voice did not speak.", 0, 0, 0);
        }
    }

    /// <summary>What is said: documents and texts one behind the other.</summary>
    private async Task<SpeechScript> ScriptAsync(JsonObject view, IReadOnlyList<string> part, CancellationToken cancellationToken)
    {
        var cast = await speaker.CastAsync(cancellationToken);
        if ((string?)view["inputKind"] == SynthesisOrder.Ssml)
        {
            var documents = part.Select(document => SsmlBody.Read(document, cast)).ToList();
            return new([.. documents.SelectMany(document => document.Steps)], documents.Sum(document => document.Characters));
        }

        var style = SynthesisOrder.StyleOf(view["synthesisConfig"]!.AsObject(), cast, (_, _) => { }) ?? throw ApiException.BadRequest("InvalidVoice", "The voice has gone.");
        var texts = part.Select(text => SpeechScript.OfText(text, style)).ToList();
        return new([.. texts.SelectMany(text => text.Steps)], texts.Sum(text => text.Characters));
    }

    private async Task<SpokenOutcome> WriteAsync(
        GatewayCall call, SynthesisFiles files, int number, SpeechScript script, AudioFormat format, SpeakingOptions options, CancellationToken cancellationToken)
    {
        (call.TokensIn, call.TokensOut) = (0, 0);
        var (events, until) = (new List<SpokenEvent>(), TimeSpan.Zero);
        await using var audio = File.Create(files.PathOf(SynthesisFiles.AudioName(number, format)));
        audio.Position = format.Container is AudioContainer.Riff ? RiffHeader.Length : 0;
        await foreach (var piece in speaker.SpeakAsync(call, script, format, options, cancellationToken))
        {
            await audio.WriteAsync(piece.Bytes, cancellationToken);
            events.AddRange(piece.Events);
            until = piece.Until;
        }

        if (format.Container is AudioContainer.Riff)
        {
            var header = RiffHeader.Of(format, audio.Length - RiffHeader.Length);
            audio.Position = 0;
            await audio.WriteAsync(header, cancellationToken);
        }

        audio.Flush(flushToDisk: true);
        foreach (var (isWanted, kind, told) in new[] { (options.HasWords, "word", SpokenEventKind.Word), (options.HasSentences, "sentence", SpokenEventKind.Sentence) })
        {
            if (isWanted)
            {
                files.WriteBoundaries(number, kind, events.Where(spoken => spoken.Kind == told));
            }
        }

        return new(null, script.Characters, audio.Length, (long)until.TotalMilliseconds);
    }

    /// <summary>Those who wait for their answers go first.</summary>
    private async Task<SpokenOutcome> WaitForRoomAsync(Func<Task<SpokenOutcome>> work, CancellationToken cancellationToken)
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

    private async Task<GatewayCall> CallAsync(JobRun run, int number, CancellationToken cancellationToken) =>
        new(new DefaultHttpContext { RequestAborted = cancellationToken }, Synthesizing.Operation.Name, Stopwatch.GetTimestamp())
        {
            Id = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{run.Job.Row.Key}#{number}"))[..16]),
            Model = await gateway.ReadAsync(cancellationToken),
            Owner = run.Owner,
            CallerName = run.Job.Caller,
            ModelName = SpeechCalls.ModelName,
        };

    private static async Task<List<SpokenOutcome>> OutcomesAsync(SynthesisFiles files, List<IReadOnlyList<string>> parts, CancellationToken cancellationToken)
    {
        var outcomes = new List<SpokenOutcome>();
        for (var i = 0; i < parts.Count; i++)
        {
            outcomes.Add((await files.ReadOutcomeAsync(i, cancellationToken))!);
        }

        return outcomes;
    }

    private static JsonObject Summary(string id, List<IReadOnlyList<string>> parts, List<SpokenOutcome> outcomes, AudioFormat format) => new()
    {
        ["jobID"] = id,
        ["status"] = Succeeded,
        ["results"] = new JsonArray([.. outcomes.Select((outcome, i) =>
        {
            var result = new JsonObject { ["contents"] = new JsonArray([.. parts[i].Select(text => JsonValue.Create(text))]), ["status"] = outcome.Failure is null ? Succeeded : Failed };
            if (outcome.Failure is null)
            {
                result["audioFileName"] = SynthesisFiles.AudioName(i, format);
                result["properties"] = new JsonObject { ["sizeInBytes"] = outcome.Bytes, ["durationInMilliseconds"] = outcome.Milliseconds };
            }
            else
            {
                result["error"] = outcome.Failure;
            }

            return result;
        })]),
    };

    private Action<JsonObject> End(List<SpokenOutcome> outcomes)
    {
        var now = clock.GetUtcNow();
        return view =>
        {
            (view["status"], view["lastActionDateTime"]) = (Succeeded, now);
            var properties = view["properties"]!;
            properties["sizeInBytes"] = outcomes.Sum(outcome => outcome.Bytes);
            properties["succeededAudioCount"] = outcomes.Count(outcome => outcome.Failure is null);
            properties["failedAudioCount"] = outcomes.Count(outcome => outcome.Failure is not null);
            properties["durationInMilliseconds"] = (int)Math.Min(int.MaxValue, outcomes.Sum(outcome => outcome.Milliseconds));
            properties["billingDetails"] = new JsonObject { ["neuralCharacters"] = outcomes.Sum(outcome => (long)outcome.Characters) };
            if (outcomes.TrueForAll(outcome => outcome.Failure is not null))
            {
                Fail(view, now, "InvalidRequest", $"No input could be spoken. The first: {outcomes[0].Failure}");
            }
        };
    }

    private static void Fail(JsonObject view, DateTimeOffset now, string code, string message)
    {
        (view["status"], view["lastActionDateTime"]) = (Failed, now);
        view["properties"]!["error"] = new JsonObject { ["code"] = code, ["message"] = message };
    }
}
