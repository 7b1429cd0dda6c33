using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Speech.Hearing.Hooks;

/// <summary>Tells one web hook of one event, again and again until it answers well or has failed too often. After a crash it may be told once more.</summary>
internal sealed class NoticeJob(JobStore jobs, HookSender sender, ISecretCipher cipher, TimeProvider clock) : IJobKind
{
    public const string Kind = "speechnotices";
    private const int MostTries = 8;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200), Kept = TimeSpan.FromHours(1);

    public string Name => Kind;

    public int AtOnce => 8;

    public bool KeepsFolder => false;

    public DateTimeOffset? KeptUntil(JsonObject view) => view["ended"]?.GetValue<DateTimeOffset>() + Kept;

    public void GiveUp(JsonObject view, DateTimeOffset now) => view["ended"] = now;

    public async Task<Action<JsonObject>> RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var (view, told) = (run.Job.View, (string)run.Job.View["event"]!);
        if ((string?)view["transcription"] is { } transcription && told == HookEvents.Completed)
        {
            await WaitForEndAsync(transcription, cancellationToken);
        }

        for (var attempt = 1; attempt <= MostTries && await jobs.FindAsync((string)view["hook"]!, cancellationToken) is { } hook; attempt++)
        {
            try
            {
                await sender.SendAsync(run.Owner, hook.View.Open<HookTarget>(HookTarget.Name, cipher, hook.Row.Key)!, told, new() { ["self"] = view["self"]!.DeepClone() }, null, cancellationToken);
                break;
            }
            catch (HookRefusedException) when (attempt < MostTries)
            {
                await Task.Delay(TimeSpan.FromSeconds(Math.Pow(2, attempt - 1)), clock, cancellationToken);
            }
            catch (HookRefusedException)
            {
                // It has been told in vain for minutes; whoever it is will have to ask.
            }
        }

        return ended => ended["ended"] = clock.GetUtcNow();
    }

    /// <summary>The notice is queued before the end is written, so that none is lost; whoever is told finds the end.</summary>
    private async Task WaitForEndAsync(string transcription, CancellationToken cancellationToken)
    {
        while (await jobs.FindAsync(transcription, cancellationToken) is { } job && (string?)job.View["status"] is not ("Succeeded" or "Failed"))
        {
            await Task.Delay(Look, clock, cancellationToken);
        }
    }
}
