using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Connections.Audit;
using Atrium.Server.Tests.Egress;
using Atrium.Server.Tests.Support;
using Atrium.Server.Vault;
using Atrium.Server.Vault.Secrets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Atrium.Server.Tests.Connections;

/// <summary>What an administrator does about connections: their secrets in the vault, whether they work, who uses them, what is due.</summary>
public sealed class ConnectionCareTests : IAsyncLifetime
{
    private const string Ml = EgressScene.Ml;
    private const string AzureAIDeveloper = "64702f94-c441-49e6-a78b-ef80e0188fee";
    private const string SecretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
    private readonly EgressScene scene = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IAtriumStore Store => scene.Server.Services.GetRequiredService<IAtriumStore>();

    private string OwnConnection => $"{scene.Project}/connections/server";

    public ValueTask InitializeAsync() => scene.InitializeAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task A_connections_secret_lies_in_the_hubs_vault_under_the_projects_guid_and_a_new_version_there_is_used()
    {
        await EgressScene.ConnectAsync(scene.Developer, scene.Project, "http://good.example/v1");
        Assert.Empty(await Store.ListSecretsAsync(OwnConnection.ToLowerInvariant(), Cancel));
        var workspaceId = (string)(await scene.Owner.CallAsync("GET", scene.Project + Ml)).Body["properties"]!["workspaceId"]!;
        var (vault, secret) = await SecretAsync();
        Assert.StartsWith(workspaceId, secret, StringComparison.Ordinal);

        using var officer = await scene.Server.ClientForAsync("https://vault.azure.net", (SecretsOfficer, vault));
        var path = $"/vaults/{vault.Split('/')[^1]}/secrets/{secret}?api-version=7.5";
        var read = await officer.CallAsync("GET", path);
        Assert.Equal("""{"key":"upstream-secret"}""", (string?)read.Body["value"]);
        Assert.Equal("upstream-secret", await ShownAsync());

        await scene.DeployAsync("through", OwnConnection);
        Assert.Equal(HttpStatusCode.OK, (await scene.ChatAsync("through")).Status);
        Assert.Contains("Bearer upstream-secret", scene.Internet.Authorizations);
        Assert.Equal(HttpStatusCode.OK, (await officer.CallAsync("PUT", path, new { value = """{"key":"rotated"}""" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await scene.ChatAsync("through")).Status);
        Assert.Contains("Bearer rotated", scene.Internet.Authorizations);
        Assert.Equal("rotated", await ShownAsync());

        // Disabled in the vault is disabled here.
        Assert.Equal(HttpStatusCode.OK, (await officer.CallAsync("PATCH", path, new { attributes = new { enabled = false } })).Status);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "ConnectionNotUsable"), await OutcomeAsync(scene.ChatAsync("through")));
        Assert.Null(await ShownAsync());
    }

    [Fact]
    public async Task No_role_in_a_project_reads_a_secret_from_the_vault_and_each_reading_is_logged()
    {
        await EgressScene.ConnectAsync(scene.Developer, scene.Project, "http://good.example/v1");
        var (vault, secret) = await SecretAsync();
        using var developer = await scene.Server.ClientForAsync("https://vault.azure.net", (AzureAIDeveloper, scene.Project), (AzureAIDeveloper, scene.Hub.Id));
        foreach (var path in (string[])[$"secrets/{secret}", "secrets", $"secrets/{secret}/versions", "deletedsecrets"])
        {
            Assert.Equal(HttpStatusCode.Forbidden, (await developer.CallAsync("GET", $"/vaults/{vault.Split('/')[^1]}/{path}?api-version=7.5")).Status);
        }

        await ShownAsync();
        var log = await Store.ListActivityAsync(new() { Take = 20 }, Cancel);
        Assert.Contains(log, row => row.Operation == "Microsoft.KeyVault/vaults/secrets/getSecret/action" && row.ResourceId.EndsWith(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_connections_secret_goes_with_it_and_with_its_project()
    {
        await EgressScene.ConnectAsync(scene.Developer, scene.Project, "http://good.example/v1");
        await EgressScene.ConnectAsync(scene.Owner, scene.Project, "http://good.example/v1", "second");
        Assert.Equal(2, (await SecretsAsync(deleted: false)).Count);
        Assert.Equal(HttpStatusCode.OK, (await scene.Developer.CallAsync("DELETE", OwnConnection + Ml)).Status);
        Assert.Single(await SecretsAsync(deleted: false));

        // One of the same name has a secret of its own.
        await EgressScene.ConnectAsync(scene.Developer, scene.Project, "http://good.example/v1");
        await scene.Server.Services.GetRequiredService<VaultSweep>().SweepAsync(Cancel);
        Assert.Equal("upstream-secret", await ShownAsync());
        Assert.Empty(await SecretsAsync(deleted: true));

        var gone = await scene.Owner.CallAsync("DELETE", $"{scene.Project}{Ml}&forceToPurge=true");
        Assert.Equal("Succeeded", (string?)(await scene.Owner.WaitAsync(gone))["status"]);
        await scene.Server.Services.GetRequiredService<VaultSweep>().SweepAsync(Cancel);
        Assert.Empty(await SecretsAsync(deleted: false));
        Assert.Empty(await Store.ListAsync(new() { Type = SecretNames.VersionRow, Take = 10 }, Cancel));
    }

    [Fact]
    public async Task A_project_reads_the_secret_of_what_its_hub_shares_and_of_nothing_else()
    {
        await EgressScene.ConnectAsync(scene.Owner, scene.Hub.Id, "http://good.example/v1", "shared");
        var unshared = new { properties = new { category = "OpenAI", authType = "ApiKey", isSharedToAll = false, target = "http://good.example/", credentials = new { key = "hub-only" } } };
        await scene.Owner.CallAsync("PUT", $"{scene.Hub.Id}/connections/unshared{Ml}", unshared);
        var read = await scene.Developer.CallAsync("POST", $"{scene.Project}/connections/shared/listsecrets{Ml}");
        Assert.Equal("upstream-secret", (string?)read.Body["properties"]!["credentials"]!["key"]);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Developer.CallAsync("POST", $"{scene.Project}/connections/unshared/listsecrets{Ml}")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await scene.Developer.CallAsync("POST", $"{scene.Hub.Id}/connections/shared/listsecrets{Ml}")).Status);
    }

    [Theory]
    [InlineData("OpenAI", "ApiKey", 200, "Succeeded", "Healthy", "GET good.example/v1/models", "took the credential")]
    [InlineData("AzureOpenAI", "ApiKey", 200, "Succeeded", "Healthy", "GET good.example/openai/models", "took the credential")]
    [InlineData("CognitiveSearch", "ApiKey", 200, "Succeeded", "Healthy", "GET good.example/indexes", "took the credential")]
    [InlineData("OpenAI", "ApiKey", 401, "Failed", "CredentialRefused", "GET good.example/v1/models", "refused the credential (401)")]
    [InlineData("OpenAI", "ApiKey", 503, "Failed", "TargetFailed", "GET good.example/v1/models", "answered 503")]
    [InlineData("OpenAI", "None", 401, "Succeeded", "Reachable", "GET good.example/v1/models", "auth type 'None'")]
    [InlineData("GenericHttp", "None", 200, "Succeeded", "Reachable", "GET good.example/", "For the category 'GenericHttp' no call is known")]
    public async Task A_test_tells_what_is_wrong_with_a_connection(string category, string authType, int status, string ended, string result, string called, string says)
    {
        scene.Internet.Status = status;
        var credentials = authType == "None" ? null : new { key = "upstream-secret" };
        await scene.Developer.CallAsync("PUT", OwnConnection + Ml, new { properties = new { category, authType, target = "http://good.example/", credentials } });
        var outcome = await TestAsync();
        Assert.Equal((ended, result), ((string?)outcome["status"], (string?)outcome["properties"]?["result"] ?? (string?)outcome["error"]?["code"]));
        Assert.Contains(called, scene.Internet.Requests);
        Assert.Equal(credentials is not null, scene.Internet.Authorizations.Any(sent => sent.Contains("upstream-secret", StringComparison.Ordinal)));
        Assert.DoesNotContain("upstream-secret", outcome.ToJsonString(), StringComparison.Ordinal);
        var row = Assert.Single(await AuditAsync(""), row => (string?)row!["name"] == "server")!;
        Assert.Equal((result, "testconnection"), ((string?)row["health"]!["result"], (string?)row["lastUsed"]!["for"]));
        Assert.Contains(says, (string?)row["health"]!["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://inside.example/", "TargetUnreachable")]
    [InlineData("http://no-such-name.example/", "TargetUnreachable")]
    [InlineData("some-server.example", "NotTestable")]
    public async Task A_test_of_what_cannot_be_called_says_so(string target, string result)
    {
        await EgressScene.ConnectAsync(scene.Developer, scene.Project, target);
        var outcome = await TestAsync();
        Assert.Equal(result, (string?)outcome["properties"]?["result"] ?? (string?)outcome["error"]?["code"]);
    }

    [Fact]
    public async Task A_test_with_a_body_tests_that_and_sends_a_stored_secret_nowhere_else()
    {
        await EgressScene.ConnectAsync(scene.Developer, scene.Project, "http://good.example/v1");
        var elsewhere = await TestAsync(new { properties = new { category = "OpenAI", authType = "ApiKey", target = "http://redirect.example/v1" } });
        Assert.Equal("Succeeded", (string?)elsewhere["status"]);
        Assert.Contains("GET redirect.example/v1/models", scene.Internet.Requests);
        Assert.Empty(scene.Internet.Authorizations);

        var own = await TestAsync(new { properties = new { category = "OpenAI", authType = "ApiKey", target = "http://redirect.example/v1", credentials = new { key = "only-for-the-test" } } });
        Assert.Equal("Healthy", (string?)own["properties"]!["result"]);
        Assert.Equal(["Bearer only-for-the-test"], scene.Internet.Authorizations);
        Assert.Equal("upstream-secret", await ShownAsync());
        foreach (var file in Directory.GetFiles(scene.Server.Data, "atrium.db*"))
        {
            Assert.DoesNotContain("only-for-the-test", await ReadSharedAsync(file), StringComparison.Ordinal);
        }

        var wrong = await TestAsync(new { properties = new { category = "OpenAI", authType = "Handshake", target = "http://good.example/" } });
        Assert.Equal("Failed", (string?)wrong["status"]);
    }

    [Fact]
    public async Task The_audit_shows_every_connection_of_hub_and_projects_to_those_who_may_read_them()
    {
        await EgressScene.ConnectAsync(scene.Owner, scene.Hub.Id, "http://good.example/v1", "shared");
        await EgressScene.ConnectAsync(scene.Developer, scene.Project, "http://good.example/v1");
        var soon = new { properties = new { category = "ApiKey", authType = "ApiKey", target = "http://good.example/", expiryTime = TimeProvider.System.GetUtcNow().AddDays(10).ToString("O"), credentials = new { key = "k" } } };
        await scene.Developer.CallAsync("PUT", $"{scene.Project}/connections/soon{Ml}", soon);
        await scene.DeployAsync("through", $"{scene.Hub.Id}/connections/shared");
        await scene.ChatAsync("through");

        var rows = await AuditAsync("");
        Assert.Equal(["aiservices", "server", "shared", "soon"], rows.Select(row => (string?)row!["name"]).Order());
        var shared = rows.Single(row => (string?)row!["name"] == "shared")!;
        Assert.Equal(("hub", "chat.completions", scene.Project), ((string?)shared["workspaceKind"], (string?)shared["lastUsed"]!["for"], (string?)shared["lastUsed"]!["in"]));
        Assert.StartsWith("key1:", (string?)shared["lastUsed"]!["by"], StringComparison.Ordinal);
        var own = rows.Single(row => (string?)row!["name"] == "server")!;
        Assert.Equal(("project", "Application"), ((string?)own["workspaceKind"], (string?)own["createdByType"]));
        Assert.Null(own["lastUsed"]);
        Assert.NotNull(own["secret"]!["createdAt"]);
        Assert.NotEqual((string?)shared["createdBy"], (string?)own["createdBy"]);
        var due = Assert.Single(await AuditAsync("&due=true"))!;
        Assert.Equal(("soon", "ExpiresSoon"), ((string?)due["name"], (string?)due["rotation"]!["reason"]));
        Assert.DoesNotContain("upstream-secret", rows.ToJsonString(), StringComparison.Ordinal);

        // Another expiry is another reminder, also without the secret being sent again.
        await scene.Developer.CallAsync("PATCH", $"{scene.Project}/connections/soon{Ml}", new { properties = new { authType = "ApiKey", expiryTime = TimeProvider.System.GetUtcNow().AddDays(400).ToString("O") } });
        Assert.Empty(await AuditAsync("&due=true"));

        // What was seen is there after a restart of what keeps it.
        await scene.Server.Services.GetRequiredService<ConnectionUses>().FlushAsync(Cancel);
        Assert.Single(await Store.ListAsync(new() { Type = ConnectionUses.RowType.ToLowerInvariant(), Take = 10 }, Cancel));
        Assert.Equal("chat.completions", (string?)(await AuditAsync("")).Single(row => (string?)row!["name"] == "shared")!["lastUsed"]!["for"]);

        using var reader = await scene.Server.ClientForAsync(roles: [(AzureAIDeveloper, scene.Hub.Id)]);
        var seen = (await reader.CallAsync("GET", $"{scene.Hub.Id}/connectionAudit{Ml}")).Body["value"]!.AsArray();
        Assert.Equal(["aiservices", "shared"], seen.Select(row => (string?)row!["name"]).Order());
        Assert.Equal(HttpStatusCode.Forbidden, (await scene.Developer.CallAsync("GET", $"{scene.Hub.Id}/connectionAudit{Ml}")).Status);
        var mine = (await scene.Developer.CallAsync("GET", $"{scene.Project}/connectionAudit{Ml}")).Body["value"]!.AsArray();
        Assert.Equal(["server", "soon"], mine.Select(row => (string?)row!["name"]).Order());

        // One that has expired says so, and is used still: whether the service takes it is the service's word.
        await scene.Developer.CallAsync("PATCH", $"{scene.Project}/connections/soon{Ml}", new { properties = new { authType = "ApiKey", expiryTime = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("O") } });
        var expired = Assert.Single(await AuditAsync("&due=true"))!;
        Assert.Equal("Expired", (string?)expired["rotation"]!["reason"]);
        Assert.True(DateTimeOffset.Parse((string)expired["secret"]!["expiresAt"]!, System.Globalization.CultureInfo.InvariantCulture) < TimeProvider.System.GetUtcNow());
        Assert.Equal("k", (string?)(await scene.Developer.CallAsync("POST", $"{scene.Project}/connections/soon/listsecrets{Ml}")).Body["properties"]!["credentials"]!["key"]);
    }

    [Fact]
    public async Task What_is_due_is_said_in_the_log_by_name_and_without_its_secret()
    {
        foreach (var (name, days) in new[] { ("over", -1), ("fresh", 400) })
        {
            var made = await scene.Developer.CallAsync("PUT", $"{scene.Project}/connections/{name}{Ml}", new
            {
                properties = new { category = "ApiKey", authType = "ApiKey", target = "http://good.example/", expiryTime = TimeProvider.System.GetUtcNow().AddDays(days).ToString("O"), credentials = new { key = "reminded-secret" } },
            });
            Assert.Equal(HttpStatusCode.OK, made.Status);
        }

        var log = new Said();
        using var reminder = ActivatorUtilities.CreateInstance<RotationReminder>(scene.Server.Services, log);
        await reminder.StartAsync(Cancel);
        for (var i = 0; log.Lines.IsEmpty; i++)
        {
            Assert.True(i < 3000, "Nothing was said.");
            await Task.Delay(20, Cancel);
        }

        await reminder.StopAsync(Cancel);
        var line = Assert.Single(log.Lines);
        Assert.Contains($"{scene.Project}/connections/over", line, StringComparison.Ordinal);
        Assert.Contains("Expired", line, StringComparison.Ordinal);
        Assert.DoesNotContain("reminded-secret", line, StringComparison.Ordinal);
    }

    private static async Task<string> ReadSharedAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return await reader.ReadToEndAsync(Cancel);
    }

    private static async Task<(HttpStatusCode, string?)> OutcomeAsync(Task<Answer> call) => await call is var answer ? (answer.Status, answer.ErrorCode) : default;

    private async Task<JsonObject> TestAsync(object? body = null)
    {
        scene.Internet.Forget();
        var accepted = await scene.Developer.CallAsync("POST", $"{OwnConnection}/testconnection{Ml}", body);
        Assert.True(accepted.Status == HttpStatusCode.Accepted, accepted.ToString());
        return await scene.Developer.WaitAsync(accepted);
    }

    private async Task<JsonArray> AuditAsync(string query) => (await scene.Owner.CallAsync("GET", $"{scene.Hub.Id}/connectionAudit{Ml}{query}")).Body["value"]!.AsArray();

    private async Task<string?> ShownAsync() => (string?)(await scene.Developer.CallAsync("POST", $"{OwnConnection}/listsecrets{Ml}")).Body["properties"]!["credentials"]?["key"];

    private async Task<(string Vault, string Secret)> SecretAsync()
    {
        var row = Assert.Single(await SecretsAsync(deleted: false));
        var at = row.Id.LastIndexOf("/secrets/", StringComparison.Ordinal);
        return (row.Id[..at], row.Id[(at + "/secrets/".Length)..]);
    }

    private ValueTask<IReadOnlyList<StoredResource>> SecretsAsync(bool deleted) => Store.ListAsync(new() { Type = SecretNames.SecretRow, Deleted = deleted, Take = 10 }, Cancel);

    private sealed class Said : ILogger<RotationReminder>
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Enqueue(formatter(state, exception));
    }
}
