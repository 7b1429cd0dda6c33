using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Egress;
using Atrium.Server.Hosting;
using Atrium.Server.Hosting.Instance;
using Microsoft.Extensions.Options;

namespace Atrium.Server.Audit;

/// <summary>
/// Sends the activity log on as it grows, in order, each row at least once. How far each target is stands in the store, under the lease of the one node that
/// sends to it.
/// </summary>
internal sealed partial class ActivityExport(
    IAtriumStore store, EgressClient egress, ServerAddresses addresses, IOptions<AuditOptions> options, IOptions<AtriumOptions> hosting, TimeProvider clock, ILogger<ActivityExport> logger)
    : BackgroundService
{
    public static readonly EgressDoor Door = new("audit-webhook", "The address in Audit:Webhook, to which the activity log is posted; the operator says where");

    private const string RowType = "atrium.internal/auditexports";
    private const int BatchSize = 200;
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);
    private readonly string node = NodeId.ReadOrCreate(hosting.Value.Data);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        options.Value.ExportFile is { } file ? RunAsync("file", (rows, token) => AppendAsync(file, rows, token), stoppingToken) : Task.CompletedTask,
        options.Value.Webhook is { } webhook ? RunAsync("webhook", (rows, token) => PostAsync(webhook, rows, token), stoppingToken) : Task.CompletedTask);

    private async Task RunAsync(string target, Func<IReadOnlyList<ActivityRow>, CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var more = false;
            try
            {
                more = await StepAsync(target, send, cancellationToken);
                failures = 0;
            }
            catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
            {
                failures++;
                LogFailed(failure, target);
            }

            if (!more)
            {
                var wait = Poll * Math.Pow(2, Math.Min(failures, 10));
                await Task.Delay(wait < LongestWait ? wait : LongestWait, clock, cancellationToken);
            }
        }
    }

    /// <summary>Whether there may be more at once.</summary>
    private async Task<bool> StepAsync(string target, Func<IReadOnlyList<ActivityRow>, CancellationToken, Task> send, CancellationToken cancellationToken)
    {
        var key = $"/providers/{RowType}/{target}";
        var (now, stored) = (clock.GetUtcNow(), await store.FindAsync(key, cancellationToken));
        var state = stored is null ? new State(0, node, now) : JsonSerializer.Deserialize<State>(stored.Body)!;
        if (state.Node != node && state.Until > now)
        {
            return false;
        }

        var rows = await store.ListActivityAfterAsync(state.Sent, BatchSize, cancellationToken);
        if (rows.Count == 0 || await KeepAsync(key, stored?.Version, new(state.Sent, node, now + Lease), cancellationToken) is not { } version)
        {
            return false;
        }

        await send(rows, cancellationToken);
        await KeepAsync(key, version, new(rows[^1].Sequence, node, clock.GetUtcNow() + Lease), cancellationToken);
        return rows.Count == BatchSize;
    }

    /// <summary>The new version; null where another node was faster.</summary>
    private async ValueTask<long?> KeepAsync(string key, long? version, State state, CancellationToken cancellationToken)
    {
        var row = new StoredResource { Key = key, Id = key, Type = RowType, Body = JsonSerializer.Serialize(state) };
        var write = new ResourceWrite { Key = key, Type = RowType, Resource = row, Expect = version is null ? Expect.Nothing : Expect.SameVersion, ExpectedVersion = version ?? 0 };
        var outcome = await store.CommitAsync(new() { Resources = [write] }, cancellationToken);
        return outcome.Committed ? outcome.Versions[0] : null;
    }

    private static async Task AppendAsync(string path, IReadOnlyList<ActivityRow> rows, CancellationToken cancellationToken)
    {
        var lines = string.Concat(rows.Select(row => ActivityEvents.ToLine(row).ToJsonString() + "\n"));
        await using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite, UnixCreateMode = PrivateFile.OwnerOnly });
        await file.WriteAsync(Encoding.UTF8.GetBytes(lines), cancellationToken);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Sends rows to a webhook, as a batch of CloudEvents.</summary>
    /// <exception cref="EgressRefusedException">The address may not be called.</exception>
    /// <exception cref="HttpRequestException">It did not take them.</exception>
    internal async Task PostAsync(string address, IReadOnlyList<ActivityRow> rows, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(CallTimeout);
        var events = new JsonArray([.. rows.Select(row => ActivityEvents.ToCloudEvent(row, addresses.Https))]);
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = new StringContent(events.ToJsonString(), Encoding.UTF8, "application/cloudevents-batch+json") };
        if (options.Value.WebhookAuthorization is { } authorization)
        {
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }

        using var answer = await egress.SendAsync(new(Door, Workspace: null), request, limit.Token);
        answer.EnsureSuccessStatusCode();
    }

    [LoggerMessage(LogLevel.Warning, "The activity log could not be sent to its {Target}; it is tried again.")]
    private partial void LogFailed(Exception failure, string target);

    /// <param name="Sent">Number of the last row that was taken.</param>
    /// <param name="Node">Who sends.</param>
    /// <param name="Until">When another one may.</param>
    private sealed record State(long Sent, string Node, DateTimeOffset Until);
}
