using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Directory;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Storage.Projects;

namespace Atrium.Server.Gateway.Speech.Speaking.Batch;

/// <summary>Batch synthesis (Azure Speech, <c>/texttospeech/batchsyntheses</c>, 2024-04-01).</summary>
internal sealed partial class Synthesizing(JobStore jobs, JobRunner runner, JobFolders folders, ResultLinks links, IResultContainers containers, ISecretCipher cipher, Speaker speaker, Metering metering, TimeProvider clock)
{
    private const string Actions = "Microsoft.CognitiveServices/accounts/SpeechServices/batchsyntheses/";
    public static readonly GatewayOperation Operation = new("batchsyntheses", "batchsyntheses", Actions + "write", null);
    public static readonly GatewayOperation Read = new("batchsyntheses.read", "batchsyntheses", Actions + "read", null);
    public static readonly GatewayOperation Write = new("batchsyntheses.write", "batchsyntheses", Actions + "write", null);
    public static readonly GatewayOperation Delete = new("batchsyntheses.delete", "batchsyntheses", Actions + "delete", null);

    private const int UsualPage = 100, LargestPage = 100;
    private const string OperationHeader = "Operation-Id";
    private static readonly TimeSpan LinkTime = TimeSpan.FromHours(24);

    public async Task CreateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var request = call.Http.Request;
        var id = IdOf(call);
        if (!IdForm().IsMatch(id))
        {
            throw ApiException.Invalid("id", $"'{id}' is no id: 3 to 64 letters, digits, dots, dashes and underscores, the first and the last a letter or digit.");
        }

        var operation = request.Headers[OperationHeader].FirstOrDefault() is not { Length: > 0 } given ? Guid.NewGuid()
            : Guid.TryParse(given, out var parsed) ? parsed
            : throw ApiException.Invalid(OperationHeader, $"'{OperationHeader}' must be a GUID.");
        using var document = await BodyReader.ReadAsync(request, cancellationToken);
        var order = SynthesisOrder.Read(document.RootElement, await speaker.CastAsync(cancellationToken), speaker.IsFormat, clock.GetUtcNow());
        order.View["operationId"] = operation.ToString();
        if (await jobs.FindAsync(call.Owner, SynthesisJob.Kind, id, cancellationToken) is not null)
        {
            throw Exists(id);
        }

        var destination = await DestinationAsync(call, id, order, cancellationToken);

        // What is to be spoken lies on the disk before the job is there.
        var kept = SynthesisFiles.Begin(folders.Of(call.Owner, SynthesisJob.Kind, id), order.Inputs);
        if (destination is not null)
        {
            kept.Seal(SynthesisDestination.Name, destination, cipher, JobStore.KeyOf(call.Owner, SynthesisJob.Kind, id));
        }

        if (!await jobs.AddAsync(call.Owner, SynthesisJob.Kind, id, call.CallerName, order.View, kept, cancellationToken))
        {
            throw Exists(id);
        }

        runner.Wake();
        call.Http.Response.Headers[OperationHeader] = operation.ToString();
        call.Http.Response.Headers["Operation-Location"] = $"{Service(request)}/operations/{operation}{Version(request)}";
        await AnswerAsync(call, StatusCodes.Status201Created, Shown(call, id, order.View), cancellationToken);
    }

    private async ValueTask<SynthesisDestination?> DestinationAsync(GatewayCall call, string id, SynthesisOrder order, CancellationToken cancellationToken)
    {
        if (order.Destination is not { } url)
        {
            return null;
        }

        var properties = order.View["properties"]!;
        var path = (string?)properties["destinationPath"] is { } given ? $"{given}/{id}/" : $"{id}/";
        var destination = new SynthesisDestination(new(url, "", null, null), path, (bool)properties["decompressOutputFiles"]!);
        return destination with { Target = await containers.DemandAsync(call, url, destination.Summary ?? destination.Result, cancellationToken) };
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var job = await FindAsync(call, cancellationToken);
        SuggestWaiting(call, job);
        await AnswerAsync(call, StatusCodes.Status200OK, View(call, job), cancellationToken);
    }

    public async Task ListAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var request = call.Http.Request;
        var (skip, size) = (Whole(request, "skip", 0, int.MaxValue) ?? 0, Whole(request, "maxpagesize", 1, LargestPage) ?? UsualPage);
        var items = (await jobs.ListAsync(call.Owner, SynthesisJob.Kind, cancellationToken)).OrderByDescending(job => job.View["createdDateTime"]!.GetValue<DateTimeOffset>()).Skip(skip).Take(size + 1).ToList();
        var page = new JsonObject { ["value"] = new JsonArray([.. items.Take(size).Select(job => View(call, job))]) };
        if (items.Count > size)
        {
            page["nextLink"] = $"{Service(request)}/batchsyntheses{Version(request)}&skip={skip + size}&maxpagesize={size}";
        }

        await AnswerAsync(call, StatusCodes.Status200OK, page, cancellationToken);
    }

    /// <summary>One that is under way ends within a second or so; what it leaves on the disk is swept.</summary>
    public async Task DeleteAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        if (await jobs.FindAsync(call.Owner, SynthesisJob.Kind, IdOf(call), cancellationToken) is { } job)
        {
            await jobs.RemoveAsync(job, cancellationToken);
            if ((string?)job.View["status"] is SynthesisJob.Succeeded or SynthesisJob.Failed)
            {
                SynthesisFiles.Of(job, folders.Of(job)).Remove();
            }
        }

        metering.Record(call, StatusCodes.Status204NoContent);
        call.Http.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    public async Task GetOperationAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var id = (string)call.Http.Request.RouteValues["synthesisOperation"]!;
        var job = (await jobs.ListAsync(call.Owner, SynthesisJob.Kind, cancellationToken)).FirstOrDefault(job => id.Equals((string?)job.View["operationId"], StringComparison.OrdinalIgnoreCase))
            ?? throw ApiException.NotFound("NotFound", $"There is no operation '{id}'.");
        SuggestWaiting(call, job);
        await AnswerAsync(call, StatusCodes.Status200OK, new() { ["id"] = (string?)job.View["operationId"], ["status"] = (string?)job.View["status"] }, cancellationToken);
    }

    /// <summary>Whose a link to a result is.</summary>
    /// <exception cref="ApiException">404 for one that is none of ours, or is over, or whose synthesis has gone.</exception>
    public async ValueTask ProveLinkAsync(GatewayCall call, GatewayState gateway, CancellationToken cancellationToken)
    {
        var link = links.Read((string)call.Http.Request.RouteValues["link"]!) ?? throw NoLink();
        call.Model = await gateway.ReadAsync(cancellationToken);
        call.Owner = call.Model.FindOwner(KeptJob.OwnerOf(link.Job)) ?? throw NoLink();
        call.CallerName = "link";
    }

    public async Task DownloadAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var link = links.Read((string)call.Http.Request.RouteValues["link"]!) ?? throw NoLink();
        var job = link.File == SynthesisFiles.Result ? await jobs.FindAsync(link.Job, cancellationToken) : null;
        if (job is null || new FileInfo(SynthesisFiles.Of(job, folders.Of(job)).ResultPath) is not { Exists: true } file)
        {
            throw NoLink();
        }

        call.Http.Response.ContentType = "application/zip";
        call.Http.Response.ContentLength = file.Length;
        metering.Record(call, StatusCodes.Status200OK);
        await call.Http.Response.SendFileAsync(file.FullName, cancellationToken);
    }

    private static ApiException NoLink() => ApiException.NotFound("NotFound", "The link leads nowhere, or its time is over.");

    private static ApiException Exists(string id) => ApiException.Conflict("Conflict", $"There is a batch synthesis '{id}' already. Delete it first, or take another id.", "id");

    private JsonObject View(GatewayCall call, KeptJob job)
    {
        var view = Shown(call, job.Id, job.View);
        if ((string?)view["status"] == SynthesisJob.Succeeded)
        {
            view["outputs"] = job.Request.Open<SynthesisDestination>(SynthesisDestination.Name, cipher, job.Row.Key) is { } destination ? OutputsIn(destination) : OutputsHere(call.Http.Request, job);
        }

        return view;
    }

    private JsonObject OutputsHere(HttpRequest request, KeptJob job) => new()
    {
        ["result"] = $"{request.Scheme}://{request.Host}{SynthesizingRoutes.Links}/{links.Write(new(job.Row.Key, SynthesisFiles.Result, clock.GetUtcNow() + LinkTime))}",
    };

    private static JsonObject OutputsIn(SynthesisDestination destination)
    {
        var outputs = new JsonObject { ["result"] = destination.Result };
        if (destination.Summary is { } summary)
        {
            outputs["summary"] = summary;
        }

        return outputs;
    }

    private static JsonObject Shown(GatewayCall call, string id, JsonObject row)
    {
        var view = row.DeepClone().AsObject();
        view.Remove("operationId");
        view.Insert(0, "id", id);
        return view;
    }

    /// <summary>Clients poll; a moment between two looks is enough.</summary>
    private static void SuggestWaiting(GatewayCall call, KeptJob job)
    {
        if ((string?)job.View["status"] is "NotStarted" or "Running")
        {
            call.Http.Response.Headers.RetryAfter = "1";
        }
    }

    private static string Service(HttpRequest request)
    {
        var path = request.Path.Value!;
        return $"{request.Scheme}://{request.Host}{path[..(path.IndexOf(SynthesizingRoutes.Service, StringComparison.OrdinalIgnoreCase) + SynthesizingRoutes.Service.Length)]}";
    }

    private static string Version(HttpRequest request) => $"?api-version={Uri.EscapeDataString(request.Query["api-version"].ToString())}";

    private static int? Whole(HttpRequest request, string name, int min, int max) => request.Query[name].FirstOrDefault() is not { Length: > 0 } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max ? value
        : throw ApiException.Invalid(name, $"'{name}' must be a whole number from {min} to {max}; found '{text}'.");

    private static string IdOf(GatewayCall call) => (string)call.Http.Request.RouteValues["synthesis"]!;

    private async Task<KeptJob> FindAsync(GatewayCall call, CancellationToken cancellationToken) =>
        (IdForm().IsMatch(IdOf(call)) ? await jobs.FindAsync(call.Owner, SynthesisJob.Kind, IdOf(call), cancellationToken) : null) ?? throw ApiException.NotFound("NotFound", $"There is no batch synthesis '{IdOf(call)}'.");

    private async Task AnswerAsync(GatewayCall call, int status, JsonObject body, CancellationToken cancellationToken)
    {
        metering.Record(call, status);
        call.Http.Response.StatusCode = status;
        call.Http.Response.ContentType = "application/json; charset=utf-8";
        await call.Http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9._-]{1,62}[a-zA-Z0-9]$")]
    private static partial Regex IdForm();
}
