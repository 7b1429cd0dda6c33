using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Speech.Hearing.Hooks;

/// <summary>
/// Tells one web hook of one event, again and again until it answers well or has failed too often. Between two tries it holds no place among the jobs under way, so that
/// who does not answer keeps nobody else waiting for longer than one try. After a crash the hook may be told once more.
/// </summary>
internal sealed class NoticeJob(JobStore jobs, HookSender sender, ISecretCipher cipher, TimeProvider clock) : IJobKind
{
    public const string Kind = "speechnotices";
    private const string Ended = "ended", Failures = "failures", Since = "since";
    private const int MostTries = 8;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1), LongestTrying = TimeSpan.FromMinutes(4), Kept = TimeSpan.FromHours(1);

    public string Name => Kind;

    public int AtOnce => 8;

    public bool KeepsFolder => false;

    public DateTimeOffset? KeptUntil(JsonObject view) => view[Ended]?.GetValue<DateTimeOffset>() + Kept;

    public void GiveUp(JsonObject view, DateTimeOffset now) => view[Ended] = now;

    public async Task<Action<JsonObject>> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var (view, now) = (run.Job.View, clock.GetUtcNow());
        if (await IsTooEarlyAsync(view, cancellationToken))
        {
            run.AgainAt = now + Look;
            return _ => { };
        }

        if (await jobs.FindAsync((string)view["hook"]!, cancellationToken) is not { } hook || !HookView.HasAgreed(hook.View))
        {
            return End;
        }

        try
        {
            var target = hook.View.Open<HookTarget>(HookTarget.Name, cipher, hook.Row.Key)!;
            await sender.SendAsync(run.Owner, target, (string)view["event"]!, Body(view, hook, target), null, cancellationToken);
            return End;
        }
        catch (HookRefusedException)
        {
            var (failures, since) = ((int?)view[Failures] ?? 0, view[Since]?.GetValue<DateTimeOffset>() ?? now);
            var next = clock.GetUtcNow() + TimeSpan.FromSeconds(Math.Pow(2, failures));
            if (failures + 1 >= MostTries || next > since + LongestTrying)
            {
                // It has been told in vain for minutes; whoever it is will have to ask.
                return End;
            }

            run.AgainAt = next;
            return kept => (kept[Failures], kept[Since]) = (failures + 1, since);
        }
    }

    /// <summary>Of a transcription its address, and an id by which whoever is told knows a notice that comes twice; a ping shows the hook itself.</summary>
    private static JsonObject Body(JsonObject notice, KeptJob hook, HookTarget target) => notice["self"] is { } self
        ? new() { ["self"] = self.DeepClone(), ["invocationId"] = notice["invocationId"]?.DeepClone() }
        : HookView.Of(hook.Id, hook.View, target.Url, HookView.ApiOf(hook.View));

    private void End(JsonObject view) => view[Ended] = clock.GetUtcNow();

    /// <summary>The notice of an end is queued before that is written, so that none is lost; whoever is told finds the end.</summary>
    private async Task<bool> IsTooEarlyAsync(JsonObject view, CancellationToken cancellationToken) =>
        (string?)view["event"] == HookEvents.Completed && (string?)view["transcription"] is { } transcription
        && await jobs.FindAsync(transcription, cancellationToken) is { } job && (string?)job.View["status"] is not ("Succeeded" or "Failed");
}
