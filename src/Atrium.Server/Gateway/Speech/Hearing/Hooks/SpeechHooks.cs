using System.Text.Json.Nodes;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Gateway.Speech.Hearing.Batch;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Gateway.Speech.Hearing.Hooks;

/// <summary>Web hooks of the speech service: <c>/speechtotext/v3.x/webhooks</c>, and the dated form.</summary>
internal sealed class SpeechHooks(JobStore jobs, JobRunner runner, HookNotices notices, ISecretCipher cipher, EntityAnswers answers, TimeProvider clock)
{
    private const string Actions = "Microsoft.CognitiveServices/accounts/SpeechServices/speechtotext/webhooks/";
    public static readonly GatewayOperation Read = new("webhooks.read", "webhooks", Actions + "read", null);
    public static readonly GatewayOperation Write = new("webhooks.write", "webhooks", Actions + "write", null);
    public static readonly GatewayOperation Delete = new("webhooks.delete", "webhooks", Actions + "delete", null);

    /// <summary>Of one account or project.</summary>
    private const int MostHooks = 100;

    public async Task CreateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var (order, api, now) = (HookOrder.Read(document.RootElement, isNew: true), TranscriptionApi.Of(call.Http.Request), clock.GetUtcNow());
        if ((await jobs.ListAsync(call.Owner, HookJob.Kind, cancellationToken)).Count >= MostHooks)
        {
            throw ApiException.BadRequest("QuotaExceeded", $"There are {MostHooks} web hooks here, which is the most. Delete one first.");
        }

        var id = JobIds.New(now);
        var view = order.View;
        (view["status"], view["createdDateTime"], view["lastActionDateTime"]) = (HookView.NotAsked, now, now);
        HookView.Keep(view, api);
        view.Seal(HookTarget.Name, new HookTarget(order.Url!, order.Secret), cipher, JobStore.KeyOf(call.Owner, HookJob.Kind, id));
        await jobs.AddAsync(call.Owner, HookJob.Kind, id, call.CallerName, view, [], cancellationToken);
        runner.Wake();
        call.Http.Response.Headers.Location = HookView.SelfOf(id, api);
        await answers.AnswerAsync(call, StatusCodes.Status201Created, HookView.Of(id, view, order.Url!, api), cancellationToken);
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken) =>
        await answers.AnswerAsync(call, StatusCodes.Status200OK, View(call, await FindAsync(call, cancellationToken)), cancellationToken);

    public async Task ListAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var fits = EntityFilter.Read(call.Http.Request.Query["filter"], "displayName", "description", "createdDateTime", "lastActionDateTime", "status");
        await answers.AnswerPageAsync(call, (await jobs.ListAsync(call.Owner, HookJob.Kind, cancellationToken)).Where(hook => fits(hook.View)).Select(hook => View(call, hook)), cancellationToken);
    }

    /// <summary>One whose address is given is asked again whether it agrees.</summary>
    public async Task UpdateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var order = HookOrder.Read(document.RootElement, isNew: false);
        var hook = await FindAsync(call, cancellationToken);
        var changed = order.Url is null
            ? await jobs.ChangeAsync(hook.Row.Key, Apply, isEnd: false, cancellationToken)
            : await jobs.ChangeAndQueueAsync(hook.Row.Key, Apply, clock.GetUtcNow(), cancellationToken);
        runner.Wake();
        await answers.AnswerAsync(call, StatusCodes.Status200OK, View(call, changed ?? throw Missing(hook.Id)), cancellationToken);

        bool Apply(JsonObject view)
        {
            Change(view, order, hook.Row.Key);
            return true;
        }
    }

    public async Task DeleteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        if (JobIds.IsId(IdOf(call)) && await jobs.FindAsync(call.Owner, HookJob.Kind, IdOf(call), cancellationToken) is { } hook)
        {
            await jobs.RemoveAsync(hook, cancellationToken);
        }

        answers.Answer(call, StatusCodes.Status204NoContent);
    }

    public async Task PingAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        await notices.AddAsync(call.Owner, await FindAgreedAsync(call, cancellationToken), HookEvents.Ping, null, Guid.NewGuid().ToString(), cancellationToken);
        runner.Wake();
        answers.Answer(call, StatusCodes.Status202Accepted);
    }

    /// <summary>Tells once more, of each event that the hook is for, of the latest transcription that it happened to; 204 where there is none for any of them.</summary>
    public async Task TestAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var hook = await FindAgreedAsync(call, cancellationToken);
        var transcriptions = await jobs.ListAsync(call.Owner, TranscriptionJob.Kind, cancellationToken);
        var told = HookEvents.Told.Where(told => HookView.IsFor(hook.View, told))
            .Select(told => (Event: told, Latest: transcriptions.FirstOrDefault(job => HookEvents.Happened(told, (string?)job.View["status"]))))
            .Where(one => one.Latest is not null).ToList();
        foreach (var (name, latest) in told)
        {
            await notices.AddAsync(call.Owner, hook, name, latest!.Id, Guid.NewGuid().ToString(), cancellationToken);
        }

        runner.Wake();
        answers.Answer(call, told.Count > 0 ? StatusCodes.Status202Accepted : StatusCodes.Status204NoContent);
    }

    private void Change(JsonObject view, HookOrder order, string key)
    {
        foreach (var (name, value) in order.View)
        {
            view[name] = value?.DeepClone();
        }

        // Who sends back what was shown means the address that is there.
        var before = view.Open<HookTarget>(HookTarget.Name, cipher, key)!;
        var isAsShown = order.Url is null || order.Url == MaskedQuery.All(before.Url);
        view.Seal(HookTarget.Name, new HookTarget(isAsShown ? before.Url : order.Url!, order.Secret), cipher, key);
        view["lastActionDateTime"] = clock.GetUtcNow();
        if (order.Url is not null)
        {
            (view["status"], view["error"]) = (HookView.NotAsked, null);
        }
    }

    private JsonObject View(GatewayCall call, KeptJob hook) =>
        HookView.Of(hook.Id, hook.View, hook.View.Open<HookTarget>(HookTarget.Name, cipher, hook.Row.Key)!.Url, TranscriptionApi.Of(call.Http.Request));

    private static string IdOf(GatewayCall call) => ((string)call.Http.Request.RouteValues["webhook"]!).ToLowerInvariant();

    private async Task<KeptJob> FindAsync(GatewayCall call, CancellationToken cancellationToken) =>
        (JobIds.IsId(IdOf(call)) ? await jobs.FindAsync(call.Owner, HookJob.Kind, IdOf(call), cancellationToken) : null) ?? throw Missing(IdOf(call));

    /// <exception cref="ApiException">409: nothing is told to who did not agree, whoever asks for it.</exception>
    private async Task<KeptJob> FindAgreedAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var hook = await FindAsync(call, cancellationToken);
        return HookView.HasAgreed(hook.View) ? hook
            : throw ApiException.Conflict("InvalidWebHook", $"The web hook '{hook.Id}' is {(string?)hook.View["status"]}, and must be {HookView.Agreed}: its address has to answer the challenge first. To have it asked again, change 'webUrl'.", "status");
    }

    private static ApiException Missing(string id) => ApiException.NotFound("EntityNotFound", $"The specified entity cannot be found: there is no web hook '{id}'.");
}
