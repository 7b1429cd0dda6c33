using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Responses.Background;

/// <summary>Begins responses in the background, and cancels and forgets them.</summary>
internal sealed class BackgroundCalls(JobStore jobs, JobFolders folders, JobRunner runner)
{
    public async Task<KeptJob> BeginAsync(GatewayCall call, ResponseRequest request, JsonElement chat, ResponseDocument response, CancellationToken cancellationToken)
    {
        response.Body["status"] = "queued";
        var asked = new JsonObject { ["deployment"] = call.Deployment!.Name, ["chat"] = JsonObject.Create(chat), ["items"] = request.Items.DeepClone(), ["tags"] = call.Tags };
        ResponseStore.DemandRoom(asked.ToJsonString().Length);
        await jobs.AddAsync(call.Owner, BackgroundResponse.Kind, response.Id, call.CallerName, response.Body, asked, cancellationToken);
        runner.Wake();
        return (await FindAsync(call.Owner, response.Id, cancellationToken))!;
    }

    /// <summary>Null where there is none.</summary>
    public async Task<KeptJob?> FindAsync(KeyOwner owner, string response, CancellationToken cancellationToken) => await jobs.FindAsync(owner, BackgroundResponse.Kind, response, cancellationToken);

    /// <summary>Ends the work, which stops within a second or so. One that has ended stays as it is.</summary>
    public async Task<JsonObject> CancelAsync(KeptJob job, CancellationToken cancellationToken)
    {
        var changed = await jobs.ChangeAsync(
            job.Row.Key,
            view =>
            {
                if (BackgroundResponse.HasEnded(view))
                {
                    return false;
                }

                view["status"] = BackgroundResponse.Cancelled;
                return true;
            },
            isEnd: false,
            cancellationToken);
        runner.Wake();
        return (changed ?? await jobs.FindAsync(job.Row.Key, cancellationToken) ?? throw ApiException.NotFound("response_not_found", $"Response with id '{job.Id}' not found.")).View;
    }

    public async Task RemoveAsync(KeptJob job, CancellationToken cancellationToken)
    {
        await jobs.RemoveAsync(job, cancellationToken);
        if (BackgroundResponse.HasEnded(job.View))
        {
            folders.Remove(job);
        }
    }
}
