using System.Diagnostics;
using System.Text.Json.Nodes;
using Atrium.Inference.Hearing;
using Atrium.Inference.Media;
using Atrium.Inference.Video;
using Atrium.Inference.Vision;
using Atrium.Server.Egress;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Gateway.Speech.Hearing;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Video;

/// <summary>Works on a video: brings it, watches it, listens to it. After a crash it goes on watching where it stood.</summary>
internal sealed class VideoJob(VideoInput input, VideoDecoder decoder, VideoWatcher watcher, Listener listener, GatewayState gateway, Metering metering, TimeProvider clock) : IJobKind
{
    public const string Kind = "videoanalyses";
    public const string Succeeded = "Succeeded";
    private const string Operation = "contentunderstanding.video";

    /// <summary>Of the work, watching is so much; listening is the rest.</summary>
    private const int WatchingPercent = 80;
    private static readonly TimeSpan Longest = TimeSpan.FromHours(2);

    /// <summary>As published.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    public string Name => Kind;

    /// <summary>One holds a core for as long as it lasts.</summary>
    public int AtOnce => 1;

    public DateTimeOffset? KeptUntil(JsonObject view) => view["endedAt"] is { } ended ? ended.GetValue<DateTimeOffset>() + Kept : null;

    public bool Tell(JobRun run, JsonObject view)
    {
        if (run.Progress is not int percent || (int?)view["percentCompleted"] == percent)
        {
            return false;
        }

        view["percentCompleted"] = percent;
        return true;
    }

    public void GiveUp(JsonObject view, DateTimeOffset now) => Fail("InternalServerError", "The server could not carry out the analysis.")(view);

    public async Task<Action<JsonObject>> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var files = new VideoFiles(run.Folder);
        await run.ChangeAsync(view => view["status"] = "Running", cancellationToken);
        try
        {
            await input.BringAsync(run, files, cancellationToken);
            var video = await decoder.ProbeAsync(files.Input, cancellationToken);
            if (video.Duration > Longest)
            {
                return Fail("InvalidVideo", $"The video is {video.Duration:hh\\:mm\\:ss} long; the longest is {Longest:hh\\:mm\\:ss}.");
            }

            var shots = await watcher.WatchAsync(files, video.Duration, time => run.Progress = (int)(WatchingPercent * Math.Min(1, time / video.Duration)), cancellationToken);
            if (shots.Count == 0)
            {
                return Fail("InvalidVideo", "No picture of the video could be decoded.");
            }

            run.Progress = WatchingPercent;
            var call = await CallAsync(run, cancellationToken);
            var (phrases, warning) = video.HasSound ? await HearAsync(call, files, cancellationToken) : ([], null);
            files.WriteResult(VideoResult.Of(run.Job.View, video, shots, phrases, warning));
            Count(call, files, video);
            return view => End(view, Succeeded);
        }
        catch (VideoRefusedException refused)
        {
            return Fail(refused.IsDecoderMissing ? "DecoderNotInstalled" : "InvalidVideo", refused.Message);
        }
        catch (FetchRefusedException refused)
        {
            return Fail("InvalidVideoUrl", $"The video is not accessible. {refused.Message}");
        }
        catch (ApiException unable) when (unable.Status == StatusCodes.Status503ServiceUnavailable)
        {
            return Fail(unable.Code, unable.Message);
        }
    }

    /// <summary>What is said; a sound that cannot be heard leaves the pictures and a warning.</summary>
    private async Task<(IReadOnlyList<Atrium.Inference.Hearing.SpeechPhrase> Phrases, ApiException? Warning)> HearAsync(GatewayCall call, VideoFiles files, CancellationToken cancellationToken)
    {
        try
        {
            return ((await listener.HearAsync(call, MediaSource.Of(files.Input), new() { MaxDuration = Longest + TimeSpan.FromMinutes(1) }, wantsWords: true, lane: Kind, writer: null, LanguageQuestion.None, cancellationToken)).Phrases, null);
        }
        catch (ApiException unable)
        {
            return ([], unable);
        }
    }

    /// <summary>A call on behalf of the one who asked for the job, whose request has long been answered.</summary>
    private async Task<GatewayCall> CallAsync(JobRun run, CancellationToken cancellationToken) => new(new DefaultHttpContext(), Operation, Stopwatch.GetTimestamp())
    {
        Owner = run.Owner,
        Model = await gateway.ReadAsync(cancellationToken),
        CallerName = run.Job.Caller,
    };

    /// <summary>Usage counts the seconds of video that were watched, begun ones whole, once for a job.</summary>
    private void Count(GatewayCall call, VideoFiles files, VideoInfo video)
    {
        if (files.IsMetered)
        {
            return;
        }

        (call.ModelName, call.TokensIn) = (ImageAnalyzer.Name, (long)Math.Ceiling(video.Duration.TotalSeconds));
        metering.Record(call, StatusCodes.Status200OK);
        files.MarkMetered();
    }

    private Action<JsonObject> Fail(string code, string message) => view =>
    {
        view["error"] = new JsonObject { ["code"] = code, ["message"] = message };
        End(view, "Failed");
    };

    private void End(JsonObject view, string status)
    {
        (view["status"], view["endedAt"], view["percentCompleted"]) = (status, clock.GetUtcNow(), 100);
    }
}
