using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Gateway.Speech.Hearing.Batch;

namespace Atrium.Server.Gateway.Speech.Hearing.Hooks;

/// <summary>Queues what web hooks are to be told.</summary>
internal sealed class HookNotices(JobStore jobs)
{
    /// <summary>Those of the owner whose hooks are for the event and agreed. Once for a transcription and event, however often it is asked for.</summary>
    public async Task TellAsync(KeyOwner owner, string told, string transcription, CancellationToken cancellationToken)
    {
        foreach (var hook in await jobs.ListAsync(owner, HookJob.Kind, cancellationToken))
        {
            if (HookView.HasAgreed(hook.View) && HookView.IsFor(hook.View, told))
            {
                await AddAsync(owner, hook, told, transcription, $"{transcription}.{hook.Id}.{told}", cancellationToken);
            }
        }
    }

    /// <summary>One hook.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="hook">Which.</param>
    /// <param name="told">The event.</param>
    /// <param name="transcription">Id of what it is about; null for the hook itself.</param>
    /// <param name="id">Of the notice: one that is there already is not told again.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task AddAsync(KeyOwner owner, KeptJob hook, string told, string? transcription, string id, CancellationToken cancellationToken)
    {
        var api = HookView.ApiOf(hook.View);
        var view = new JsonObject
        {
            ["hook"] = hook.Row.Key,
            ["event"] = told,
            ["self"] = transcription is null ? null : api.Self(transcription),
            ["invocationId"] = Guid.NewGuid().ToString(),
            ["transcription"] = transcription is null ? null : JobStore.KeyOf(owner, TranscriptionJob.Kind, transcription),
        };
        await jobs.AddAsync(owner, NoticeJob.Kind, id, "webhook", view, [], cancellationToken);
    }
}
