using System.Net;
using Atrium.Persistence;
using Atrium.Server.Resources.Changes;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Gateway.Safety;

/// <summary>Blocklists by token, and on a second node.</summary>
public sealed class BlocklistAccessTests : IAsyncLifetime
{
    private const string Version = "?api-version=2024-09-01";
    private const string CognitiveServicesUser = "a97b65f3-24c7-4388-baec-2e87135dc908";
    private const string CognitiveServicesDataReader = "b59867f0-fa02-499b-be73-45a86b5b3e1c";
    private const string AiDeveloper = "64702f94-c441-49e6-a78b-ef80e0188fee";
    private const string OpenAiContributor = "a001fd3d-188f-4b5d-821b-7da978bf7442";
    private HubServer hub = null!;
    private HttpClient owner = null!;
    private NewHub team = null!;

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        owner = await hub.OwnerAsync();
        team = await NewHub.MakeAsync(owner, $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g");
    }

    public async ValueTask DisposeAsync()
    {
        owner.Dispose();
        await hub.DisposeAsync();
    }

    [Theory]
    [InlineData(CognitiveServicesUser, true, true)]
    [InlineData(AiDeveloper, true, true)]
    [InlineData(CognitiveServicesDataReader, true, false)]
    [InlineData(OpenAiContributor, false, false)]
    public async Task A_token_may_what_its_role_says(string role, bool mayRead, bool mayWrite)
    {
        using var caller = await hub.ClientForAsync(HubClients.CognitiveServices, (role, team.Account));
        const string items = """{"blocklistItems":[{"text":"x"}]}""";
        Assert.Equal(mayWrite ? HttpStatusCode.Created : HttpStatusCode.Forbidden, await StatusAsync(caller, "PATCH", "words", "{}"));
        await hub.Client.CallAsync("PATCH", $"/contentsafety/text/blocklists/words{Version}", "{}", ("api-key", team.Key));
        Assert.Equal(mayWrite ? HttpStatusCode.OK : HttpStatusCode.Forbidden, await StatusAsync(caller, "POST", "words:addOrUpdateBlocklistItems", items));
        Assert.Equal(mayRead ? HttpStatusCode.OK : HttpStatusCode.Forbidden, await StatusAsync(caller, "GET", "words"));
        Assert.Equal(mayRead ? HttpStatusCode.OK : HttpStatusCode.Forbidden, await StatusAsync(caller, "GET", "words/blocklistItems"));
        Assert.Equal(mayWrite ? HttpStatusCode.NoContent : HttpStatusCode.Forbidden, await StatusAsync(caller, "DELETE", "words"));
    }

    [Fact]
    public async Task A_change_on_one_node_is_matched_on_the_other()
    {
        var data = Directory.CreateTempSubdirectory("atrium-test-").FullName;
        Directory.CreateDirectory(Path.Combine(data, "keys"));
        File.Copy(Path.Combine(hub.Data, "keys", "master.key"), Path.Combine(data, "keys", "master.key"));
        await using var other = await HubServer.StartAsync(
            data,
            builder => builder.Services.AddSingleton<IAtriumStore>(services => new WatchedStore(
                AtriumStore.Open(new StoreOptions { Provider = "sqlite", Path = Path.Combine(hub.Data, "atrium.db") }),
                services.GetRequiredService<ChangeFeed>(),
                NullLogger<WatchedStore>.Instance)),
            ["--Models:Warm", "false"]);
        await hub.Client.CallAsync("PATCH", $"/contentsafety/text/blocklists/shared{Version}", "{}", ("api-key", team.Key));
        foreach (var word in (string[])["first", "second"])
        {
            var add = await hub.Client.CallAsync("POST", $"/contentsafety/text/blocklists/shared:addOrUpdateBlocklistItems{Version}", new { blocklistItems = new[] { new { text = word } } }, ("api-key", team.Key));
            Assert.Equal(HttpStatusCode.OK, add.Status);
            var body = new { text = word, blocklistNames = new[] { "shared" }, haltOnBlocklistHit = true };
            await UntilAsync(() => other.Client.CallAsync("POST", $"/contentsafety/text:analyze{Version}", body, ("api-key", team.Key)), answer => answer.Body["blocklistsMatch"]?.AsArray().Count == 1);
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient caller, string method, string path, string? body = null) =>
        (await caller.CallAsync(method, $"/contentsafety/text/blocklists/{path}{Version}", body)).Status;
}
