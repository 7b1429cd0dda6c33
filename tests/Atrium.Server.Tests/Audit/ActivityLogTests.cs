using System.Net;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Audit;

/// <summary>The activity log: what is in it, how it is read, and how it is sent on.</summary>
public sealed class ActivityLogTests
{
    private const string Values = "providers/Microsoft.Insights/eventtypes/management/values?api-version=2015-04-01";
    private const string Developer = "64702f94-c441-49e6-a78b-ef80e0188fee";
    private readonly string subscription = $"/subscriptions/{Guid.NewGuid()}";

    private string Group => $"{subscription}/resourceGroups/g";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Writes_denied_calls_and_sign_ins_are_in_it_and_are_read_by_the_published_api()
    {
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        using var owner = await hub.OwnerAsync();
        var made = await NewHub.MakeAsync(owner, Group);
        var app = await hub.NewAppAsync();
        using var stranger = await hub.SignedInAsync(app.AppId, app.ClientSecret);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await stranger.CallAsync("PUT", $"{Group}?api-version=2024-07-01", new { location = "local" })).Status);
        }

        using var wrong = hub.HttpsClient();
        await wrong.TokenAsync(hub, ("grant_type", "client_credentials"), ("client_id", app.AppId), ("client_secret", "wrong"), ("scope", "https://management.azure.com/.default"));
        await hub.Client.CallAsync("POST", "/openai/v1/embeddings", new { model = "embeddings", input = "x" }, ("api-key", new string('0', 64)));

        var written = await EventsAsync(owner, $"{subscription}/{Values}&$filter=resourceUri eq '{made.Id}' and operationName eq 'Microsoft.MachineLearningServices/workspaces/write'");
        Assert.Contains(written, e => (string?)e["status"]!["value"] == "Accepted" && (string?)e["resourceGroupName"] == "g" && (string?)e["caller"] != "unknown");
        var denied = (await EventsAsync(owner, $"{subscription}/{Values}&$filter=caller eq '{app.ObjectId}' and status eq 'Failed'")).Single();
        Assert.Equal(("Microsoft.Resources/subscriptions/resourceGroups/write", "403", "AuthorizationFailed"), ((string?)denied["operationName"]!["value"], (string?)denied["subStatus"]!["value"], (string?)denied["properties"]!["code"]));
        var all = await EventsAsync(owner, $"/{Values}");
        Assert.Contains(all, e => (string?)e["operationName"]!["value"] == "Atrium.Identity/signIn/action" && (string?)e["caller"] == app.ObjectId && (string?)e["status"]!["value"] == "Succeeded");
        Assert.Contains(all, e => (string?)e["operationName"]!["value"] == "Atrium.Identity/signIn/action" && (string?)e["caller"] == app.ObjectId && (string?)e["status"]!["value"] == "Failed");
        Assert.Contains(all, e => (string?)e["resourceId"] == "/openai/v1/embeddings" && (string?)e["subStatus"]!["value"] == "401");

        // What was denied again and again is one row with a count.
        await hub.Services.GetRequiredService<Atrium.Server.Audit.ActivityTrail>().FlushAsync(Cancel);
        var counted = await EventsAsync(owner, $"{subscription}/{Values}&$filter=caller eq '{app.ObjectId}' and status eq 'Failed'");
        Assert.Equal((2, 4), (counted.Count, (int)counted[0]["properties"]!["repeated"]!));
        Assert.True((bool)(await owner.CallAsync("POST", "/providers/Atrium.Audit/verify?api-version=2026-11-01")).Body["intact"]!);
    }

    [Fact]
    public async Task Whoever_has_a_project_reads_what_was_done_in_it_and_nothing_else()
    {
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        using var owner = await hub.OwnerAsync();
        var made = await NewHub.MakeAsync(owner, Group);
        string[] projects = [$"{made.Id}-one", $"{made.Id}-two"];
        foreach (var project in projects)
        {
            await NewHub.MakeWorkspaceAsync(owner, project, new { location = "local", kind = "project", properties = new { hubResourceId = made.Id } });
        }

        using var contributor = await hub.ClientForAsync(HubClients.Management, ("b24988ac-6180-42a0-ab88-20f7382dd24c", projects[0]));
        Assert.NotEmpty(await EventsAsync(contributor, $"{subscription}/{Values}&$filter=resourceUri eq '{projects[0]}'"));
        foreach (var filter in (string[])["", $"&$filter=resourceUri eq '{projects[1]}'", $"&$filter=resourceUri eq '{made.Id}'", "&$filter=resourceGroupName eq 'g'"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await contributor.CallAsync("GET", $"{subscription}/{Values}{filter}")).Status);
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await contributor.CallAsync("GET", "/providers/Atrium.Audit/rows?api-version=2026-11-01")).Status);
    }

    [Fact]
    public async Task Pages_follow_one_another_without_a_gap()
    {
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        using var owner = await hub.OwnerAsync();
        var store = hub.Services.GetRequiredService<IAtriumStore>();
        await store.CommitAsync(new() { Activity = [.. Enumerable.Range(0, 1500).Select(i => Row($"{Group}/providers/A.B/c/{(i % 3 == 0 ? "this" : "that")}", i))] }, Cancel);
        var seen = new List<string?>();
        for (var next = $"{subscription}/{Values}&$filter=resourceUri eq '{Group}/providers/A.B/c/this'&$select=correlationId"; next is not null;)
        {
            var page = (await owner.CallAsync("GET", next)).Body;
            Assert.All(page["value"]!.AsArray(), e => Assert.Single(e!.AsObject()));
            seen.AddRange(page["value"]!.AsArray().Select(e => (string?)e!["correlationId"]));
            next = (string?)page["nextLink"];
        }

        Assert.Equal(Enumerable.Range(0, 1500).Where(i => i % 3 == 0).Reverse().Select(i => $"{i}"), seen);
        var lines = await owner.GetStringAsync(new Uri("/providers/Atrium.Audit/rows?api-version=2026-11-01&format=cloudevents", UriKind.Relative), Cancel);
        var events = lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(events.Select((_, i) => $"{i + 1}"), events.Select(e => (string?)e["id"]));
        Assert.All(events, e => Assert.Equal("1.0", (string?)e["specversion"]));
    }

    [Fact]
    public async Task Every_row_comes_to_the_file_and_to_the_webhook_in_order_also_after_both_were_away()
    {
        await using var receiver = await Receiver.StartAsync();
        var folder = Directory.CreateTempSubdirectory("atrium-audit-").FullName;
        var (file, data) = (Path.Combine(folder, "activity.jsonl"), Path.Combine(folder, "data"));
        string[] settings = ["--Models:Warm", "false", "--Audit:ExportFile", file, "--Audit:Webhook", receiver.Address, "--Audit:WebhookAuthorization", "Bearer secret", "--Network:AllowedPrivateRanges:0", "127.0.0.0/8"];
        receiver.IsAway = true;
        await using var hub = await HubServer.StartAsync(data, settings: settings);
        using var owner = await hub.OwnerAsync();
        await owner.CallAsync("PUT", $"{subscription}?api-version=2024-07-01", new { displayName = "t" });
        await Task.Delay(500, Cancel);
        receiver.IsAway = false;
        await owner.CallAsync("PUT", $"{Group}?api-version=2024-07-01", new { location = "local" });
        var head = (await hub.Services.GetRequiredService<IAtriumStore>().ActivityHeadAsync(Cancel)).Sequence;
        await UntilAsync(() => receiver.Last >= head && File.Exists(file) && File.ReadAllLines(file).Length >= head);
        Assert.Equal(Enumerable.Range(1, (int)head), receiver.Ids);
        Assert.Equal(Enumerable.Range(1, (int)head).Select(n => (long)n), File.ReadAllLines(file).Take((int)head).Select(line => (long)JsonNode.Parse(line)!["sequence"]!));
        Assert.All(receiver.Authorizations, header => Assert.Equal("Bearer secret", header));
    }

    private static ActivityRow Row(string id, int number) => new()
    {
        Time = DateTimeOffset.UnixEpoch.AddSeconds(number), Operation = "A.B/c/write", ResourceId = id, Caller = "x", CorrelationId = $"{number}", Status = "Succeeded",
    };

    private static async Task<IReadOnlyList<JsonObject>> EventsAsync(HttpClient client, string path)
    {
        var answer = await client.CallAsync("GET", path);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        return [.. answer.Body["value"]!.AsArray().Select(e => e!.AsObject())];
    }

    /// <summary>Somebody else's server that takes events.</summary>
    private sealed class Receiver : IAsyncDisposable
    {
        private readonly WebApplication app;

        private Receiver(WebApplication app) => this.app = app;

        public bool IsAway { get; set; }

        public List<int> Ids { get; } = [];

        public List<string?> Authorizations { get; } = [];

        public int Last => Ids.LastOrDefault();

        public string Address => app.Urls.Single() + "/events";

        public static async Task<Receiver> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var receiver = new Receiver(app);
            app.MapPost("/events", async (HttpContext context) =>
            {
                if (receiver.IsAway)
                {
                    return Results.StatusCode(503);
                }

                receiver.Authorizations.Add(context.Request.Headers.Authorization);
                var batch = (await JsonNode.ParseAsync(context.Request.Body))!.AsArray();
                receiver.Ids.AddRange(batch.Select(e => int.Parse((string)e!["id"]!, System.Globalization.CultureInfo.InvariantCulture)));
                return Results.NoContent();
            });
            await app.StartAsync(Cancel);
            return receiver;
        }

        public ValueTask DisposeAsync() => app.DisposeAsync();
    }
}
