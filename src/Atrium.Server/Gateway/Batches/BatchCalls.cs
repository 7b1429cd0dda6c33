using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Gateway.Dialects;
using Atrium.Server.Gateway.Files;
using Atrium.Server.Gateway.Jobs;
using Atrium.Server.Hosting;

namespace Atrium.Server.Gateway.Batches;

/// <summary>The batch API (OpenAI, <c>/batches</c>).</summary>
internal sealed class BatchCalls(JobStore jobs, JobRunner runner, FileStore files, Metering metering, TimeProvider clock)
{
    public static readonly GatewayOperation Read = new("batches.read", "batches", "Microsoft.CognitiveServices/accounts/OpenAI/batch-jobs/read", null);
    public static readonly GatewayOperation Write = new("batches.write", "batches", "Microsoft.CognitiveServices/accounts/OpenAI/batch-jobs/write", null);
    private const string Prefix = "batch_";
    private const int LargestPage = 100;
    private const int DefaultPage = 20;
    private static readonly string[] Members = ["input_file_id", "endpoint", "completion_window", "metadata", "output_expires_after"];

    public async Task CreateAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        using var document = await BodyReader.ReadAsync(call.Http.Request, cancellationToken);
        var body = document.RootElement;
        var problems = new List<Problem>();
        var file = body.Text("input_file_id", problems);
        var endpoint = body.Text("endpoint", problems);
        var window = body.Text("completion_window", problems);
        if (endpoint is null || BatchInput.Find(endpoint) is null)
        {
            problems.Add(new("endpoint", $"'endpoint' must be one of {BatchInput.Known}."));
        }

        if (window != "24h")
        {
            problems.Add(new("completion_window", "'completion_window' must be 24h."));
        }

        if (file is null || await files.FindAsync(call.Owner, file, cancellationToken) is not { } input)
        {
            problems.Add(new("input_file_id", $"'input_file_id' must be the id of a file with purpose batch; '{file}' was not found."));
        }
        else if ((string?)input["purpose"] != "batch")
        {
            problems.Add(new("input_file_id", $"The purpose of file '{file}' must be batch; it is {input["purpose"]}."));
        }

        var metadata = JsonObject.Create(body)!["metadata"];
        MetadataRules.Check(metadata, problems);
        var expires = ReadExpiry(body, problems);
        UnknownMembers.Refuse(body, Members, problems);
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        var now = clock.GetUtcNow();
        var batch = BatchView.New(FileIds.New(Prefix, now), file!, endpoint!, metadata, now);
        await jobs.AddAsync(call.Owner, BatchJob.Kind, (string)batch["id"]!, call.CallerName, batch, BatchJob.Request(expires), cancellationToken);
        runner.Wake();
        await AnswerAsync(call, batch, cancellationToken);
    }

    public async Task GetAsync(GatewayCall call, CancellationToken cancellationToken) => await AnswerAsync(call, (await FindAsync(call, cancellationToken)).View, cancellationToken);

    public async Task ListAsync(GatewayCall call, CancellationToken cancellationToken) =>
        await AnswerAsync(call, ListPage.Of(call.Http.Request, [.. (await jobs.ListAsync(call.Owner, BatchJob.Kind, cancellationToken)).Select(job => job.View)], LargestPage, DefaultPage, Prefix), cancellationToken);

    public async Task CancelAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var batch = await FindAsync(call, cancellationToken);
        var changed = await jobs.ChangeAsync(
            batch.Row.Key,
            view =>
            {
                if (BatchView.IsEnded(view))
                {
                    return false;
                }

                view["status"] = "cancelling";
                view["cancelling_at"] ??= clock.GetUtcNow().ToUnixTimeSeconds();
                return true;
            },
            isEnd: false,
            cancellationToken) ?? throw ApiException.Conflict("batch_already_ended", $"Cannot cancel a batch with status '{batch.View["status"]}'.");
        runner.Wake();
        await AnswerAsync(call, changed.View, cancellationToken);
    }

    private static TimeSpan? ReadExpiry(JsonElement body, List<Problem> problems)
    {
        if (!body.TryGetProperty("output_expires_after", out var expiry) || expiry.ValueKind is JsonValueKind.Null)
        {
            return null;
        }

        var (anchor, seconds) = expiry.ValueKind is JsonValueKind.Object && expiry.TryGetProperty("anchor", out var word) && expiry.TryGetProperty("seconds", out var number)
            ? (word.ValueKind is JsonValueKind.String ? word.GetString() : null, number.ValueKind is JsonValueKind.Number && number.TryGetInt32(out var whole) ? whole : (int?)null)
            : (null, null);
        return FileExpiry.Read("output_expires_after", anchor, seconds, problems);
    }

    private async Task<KeptJob> FindAsync(GatewayCall call, CancellationToken cancellationToken)
    {
        var id = (string)call.Http.Request.RouteValues["batch"]!;
        return (FileIds.IsId(Prefix, id) ? await jobs.FindAsync(call.Owner, BatchJob.Kind, id, cancellationToken) : null) ?? throw ApiException.NotFound("batch_not_found", $"No batch found with id '{id}'.");
    }

    private Task AnswerAsync(GatewayCall call, JsonObject body, CancellationToken cancellationToken) =>
        metering.AnswerAsync(call, Metering.Json, JsonSerializer.SerializeToUtf8Bytes(body), cancellationToken);
}
