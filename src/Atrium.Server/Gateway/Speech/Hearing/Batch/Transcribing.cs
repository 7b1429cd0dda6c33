using System.Globalization;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Gateway.Speech.Hearing.Foreign;
using Atrium.Server.Gateway.Speech.Hearing.Hooks;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Projects;

namespace Atrium.Server.Gateway.Speech.Hearing.Batch;

/// <summary>Batch transcription (Azure Speech): <c>/speechtotext/v3.x/transcriptions</c>, and the dated form <c>/speechtotext/transcriptions:submit</c> (2024-11-15).</summary>
internal sealed class Transcribing(JobStore jobs, JobRunner runner, JobFolders folders, ResultLinks links, IResultContainers containers, ForeignEars ears, HookNotices notices, ISecretCipher cipher, EntityAnswers answers, Metering metering, TimeProvider clock)
{
    private const string Actions = "Microsoft.CognitiveServices/accounts/SpeechServices/speechtotext/transcriptions/";
    public static readonly GatewayOperation Operation = new("transcriptions", "transcriptions", Actions + "write", null);
    public static readonly GatewayOperation Read = new("transcriptions.read", "transcriptions", Actions + "read", null);
    public static readonly GatewayOperation Write = new("transcriptions.write", "transcriptions", Actions + "write", null);
    public static readonly GatewayOperation Delete = new("transcriptions.delete", "transcriptions", Actions + "delete", null);

    private const int LongestLink = 7 * 24 * 3600;
    private static readonly TimeSpan UsualLink = TimeSpan.FromHours(12);

    public async Task CreateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var (api, now) = (TranscriptionApi.Of(call.Http.Request), clock.GetUtcNow());
        var order = TranscriptionOrder.Read(document.RootElement, api.IsDated, now);
        await DemandEarAsync(call, TranscriptionOrder.LocalesOf(order.View), cancellationToken);

        var id = JobIds.New(now);
        var (request, key) = (new JsonObject(), JobStore.KeyOf(call.Owner, TranscriptionJob.Kind, id));
        request.Seal(TranscriptionSources.Name, new TranscriptionSources(order.Urls, order.Container), cipher, key);
        if (order.Destination is { } url)
        {
            var folder = TranscriptionDestination.FolderOf(id);
            request.Seal(TranscriptionDestination.Name, new TranscriptionDestination(await containers.DemandAsync(call, url, folder + "report.json", cancellationToken), folder), cipher, key);
        }

        await jobs.AddAsync(call.Owner, TranscriptionJob.Kind, id, call.CallerName, order.View, request, cancellationToken);
        await notices.TellAsync(call.Owner, HookEvents.Created, id, cancellationToken);
        runner.Wake();
        call.Http.Response.Headers.Location = api.Self(id);
        await answers.AnswerAsync(call, StatusCodes.Status201Created, TranscriptionView.Of(id, order.View, api), cancellationToken);
    }

    /// <summary>One that nobody here hears would only fail later.</summary>
    private async ValueTask DemandEarAsync(GatewayCall call, IReadOnlyList<string> locales, CancellationToken cancellationToken)
    {
        if (SpokenCandidates.Of(locales) is null && await ears.FindAsync(call, locales, isContinuous: true, wantsWords: false, expected: null, cancellationToken) is null)
        {
            throw locales is [var other] ? Listener.NoModel(other, $"{ears.HowTo}.") : ApiException.NoModel($"No embedded model tells by ear which of {string.Join(", ", locales)} is spoken (languageIdentification). {ears.HowTo}.");
        }
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var job = await FindAsync(call, cancellationToken);
        SuggestWaiting(call, job);
        await answers.AnswerAsync(call, StatusCodes.Status200OK, TranscriptionView.Of(job.Id, job.View, TranscriptionApi.Of(call.Http.Request)), cancellationToken);
    }

    public async Task ListAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var fits = EntityFilter.Read(call.Http.Request.Query["filter"], "displayName", "description", "createdDateTime", "lastActionDateTime", "status", "locale");
        var api = TranscriptionApi.Of(call.Http.Request);
        var all = (await jobs.ListAsync(call.Owner, TranscriptionJob.Kind, cancellationToken)).Where(job => fits(job.View));
        await answers.AnswerPageAsync(call, all.Select(job => TranscriptionView.Of(job.Id, job.View, api)), cancellationToken);
    }

    public async Task UpdateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var problems = new List<Problem>();
        var names = TranscriptionOrder.ReadNames(document.RootElement, problems, isNew: false);
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        var job = await FindAsync(call, cancellationToken);
        var changed = await jobs.ChangeAsync(
            job.Row.Key,
            view =>
            {
                foreach (var (name, value) in names)
                {
                    view[name] = value?.DeepClone();
                }

                return true;
            },
            isEnd: false,
            cancellationToken) ?? throw Missing(job.Id);
        await answers.AnswerAsync(call, StatusCodes.Status200OK, TranscriptionView.Of(job.Id, changed.View, TranscriptionApi.Of(call.Http.Request)), cancellationToken);
    }

    /// <summary>One that is under way ends with it.</summary>
    public async Task DeleteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        if (JobIds.IsId(IdOf(call)) && await jobs.FindAsync(call.Owner, TranscriptionJob.Kind, IdOf(call), cancellationToken) is { } job)
        {
            await jobs.RemoveAsync(job, cancellationToken);
            await notices.TellAsync(call.Owner, HookEvents.Deleted, job.Id, cancellationToken);
            folders.Remove(job);
        }

        answers.Answer(call, StatusCodes.Status204NoContent);
    }

    public async Task ListFilesAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var fits = EntityFilter.Read(call.Http.Request.Query["filter"], "name", "createdDateTime", "kind");
        var job = await FindAsync(call, cancellationToken);
        SuggestWaiting(call, job);
        await answers.AnswerPageAsync(call, FilesOf(job).Where(fits).Select(file => View(call, job, file)), cancellationToken);
    }

    public async Task GetFileAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var job = await FindAsync(call, cancellationToken);
        var id = (string)call.Http.Request.RouteValues["resultFile"]!;
        var file = FilesOf(job).FirstOrDefault(file => ((string)file["id"]!).Equals(id, StringComparison.OrdinalIgnoreCase))
            ?? throw ApiException.NotFound("EntityNotFound", $"The transcription '{job.Id}' has no file '{id}'.");
        await answers.AnswerAsync(call, StatusCodes.Status200OK, View(call, job, file), cancellationToken);
    }

    public Task ListLocalesAsync(GatewayCall call, CancellationToken cancellationToken) =>
        answers.AnswerAsync(call, StatusCodes.Status200OK, new JsonArray([.. SpeechLocales.Embedded]), cancellationToken);

    public Task ListModelsAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var fits = EntityFilter.Read(call.Http.Request.Query["filter"], "displayName", "description", "createdDateTime", "lastActionDateTime", "status", "locale");
        var api = TranscriptionApi.Of(call.Http.Request);
        return answers.AnswerPageAsync(call, SpeechLocales.Embedded.Select(locale => SpeechModels.Of(locale, api)).Where(fits), cancellationToken);
    }

    public Task GetModelAsync(GatewayCall call, CancellationToken cancellationToken) =>
        SpeechModels.Id.Equals((string?)call.Http.Request.RouteValues["speechModel"], StringComparison.OrdinalIgnoreCase)
            ? answers.AnswerAsync(call, StatusCodes.Status200OK, SpeechModels.Of("en-US", TranscriptionApi.Of(call.Http.Request)), cancellationToken)
            : throw ApiException.NotFound("EntityNotFound", $"There is no base model '{call.Http.Request.RouteValues["speechModel"]}'.");

    /// <summary>Whose a link to a result is.</summary>
    /// <exception cref="ApiException">404 for one that is none of ours, or is over, or whose transcription has gone.</exception>
    public async ValueTask ProveLinkAsync(GatewayCall call, Directory.GatewayState gateway, CancellationToken cancellationToken)
    {
        var link = links.Read((string)call.Http.Request.RouteValues["link"]!) ?? throw NoLink();
        call.Model = await gateway.ReadAsync(cancellationToken);
        call.Owner = call.Model.FindOwner(KeptJob.OwnerOf(link.Job)) ?? throw NoLink();
        call.CallerName = "link";
    }

    public async Task DownloadAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var link = links.Read((string)call.Http.Request.RouteValues["link"]!) ?? throw NoLink();
        var job = await jobs.FindAsync(link.Job, cancellationToken) ?? throw NoLink();
        var file = FilesOf(job).FirstOrDefault(file => (string?)file["id"] == link.File) ?? throw NoLink();
        var response = call.Http.Response;
        response.ContentType = Metering.Json;
        response.ContentLength = (long)file["size"]!;
        metering.Record(call, StatusCodes.Status200OK);
        await response.SendFileAsync(Path.Combine(folders.Of(job), (string)file["path"]!), cancellationToken);
    }

    private static ApiException NoLink() => ApiException.NotFound("EntityNotFound", "The link leads nowhere, or its time is over.");

    private JsonObject View(GatewayCall call, KeptJob job, JsonObject file)
    {
        var api = TranscriptionApi.Of(call.Http.Request);
        var seconds = call.Http.Request.Query["sasValidityInSeconds"].FirstOrDefault() is not { Length: > 0 } text ? UsualLink
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) && wanted is > 0 and <= LongestLink ? TimeSpan.FromSeconds(wanted)
            : throw ApiException.Invalid("sasValidityInSeconds", $"'sasValidityInSeconds' must be a whole number from 1 to {LongestLink}; found '{text}'.");
        var link = links.Write(new(job.Row.Key, (string)file["id"]!, clock.GetUtcNow() + seconds));
        var request = call.Http.Request;
        return TranscriptionView.File(job.Id, file, $"{request.Scheme}://{request.Host}{TranscribingRoutes.Links}/{link}", api);
    }

    private static IEnumerable<JsonObject> FilesOf(KeptJob job) => (job.View[TranscriptionView.FileList] as JsonArray ?? []).Select(file => file!.AsObject());

    /// <summary>Clients poll; a moment between two looks is enough.</summary>
    private static void SuggestWaiting(GatewayCall call, KeptJob job)
    {
        if ((string?)job.View["status"] is "NotStarted" or "Running")
        {
            call.Http.Response.Headers.RetryAfter = "1";
        }
    }

    private static string IdOf(GatewayCall call) => ((string)call.Http.Request.RouteValues["transcription"]!).ToLowerInvariant();

    private async Task<KeptJob> FindAsync(GatewayCall call, CancellationToken cancellationToken) =>
        (JobIds.IsId(IdOf(call)) ? await jobs.FindAsync(call.Owner, TranscriptionJob.Kind, IdOf(call), cancellationToken) : null) ?? throw Missing(IdOf(call));

    private static ApiException Missing(string id) => ApiException.NotFound("EntityNotFound", $"The specified entity cannot be found: there is no transcription '{id}'.");
}
