using System.Net;
using Atrium.Server.Tests.Egress;
using Atrium.Server.Tests.Gateway;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Connections;

/// <summary>Who may aim a connection at a private address, with real tokens, roles and sockets.</summary>
public sealed class ConnectionTargetTests : IAsyncLifetime
{
    private const string Ml = EgressScene.Ml;
    private const string AzureAIDeveloper = "64702f94-c441-49e6-a78b-ef80e0188fee";
    private const string Owner = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    private readonly ScriptedUpstream upstream = new();
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
    private HubServer server = null!;
    private HttpClient admin = null!;
    private NewHub hub = null!;
    private string project = "";
    private string key = "";

    public async ValueTask InitializeAsync()
    {
        await upstream.StartAsync();
        upstream.Says = ["""{"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"from afar"}}],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"""];
        server = await HubServer.StartAsync(settings: ["--Models:Warm", "false"]);
        admin = await server.OwnerAsync();
        hub = await NewHub.MakeAsync(admin, group);
        project = $"{group}/providers/Microsoft.MachineLearningServices/workspaces/project";
        await NewHub.MakeWorkspaceAsync(admin, project, new { location = "local", kind = "project", properties = new { hubResourceId = hub.Id } });
        key = (string)(await admin.CallAsync("POST", $"{project}/listApiKeys{Ml}")).Body["key1"]!;
    }

    public async ValueTask DisposeAsync()
    {
        admin.Dispose();
        await server.DisposeAsync();
        await upstream.DisposeAsync();
    }

    [Fact]
    public async Task A_model_server_on_this_machine_answers_where_an_administrator_of_the_hub_connected_it()
    {
        foreach (var (workspace, name) in ((string, string)[])[(hub.Id, "local"), (project, "own")])
        {
            Assert.Equal(HttpStatusCode.OK, (await EgressScene.ConnectAsync(admin, workspace, upstream.Address, name)).Status);
            var answer = await ChatThroughAsync($"{workspace}/connections/{name}");
            Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
            Assert.Equal("from afar", (string?)answer.Body["choices"]![0]!["message"]!["content"]);
        }
    }

    [Theory]
    [InlineData(AzureAIDeveloper)]
    [InlineData(Owner)]
    public async Task Who_has_a_role_in_the_project_only_is_refused_with_the_right_that_he_lacks(string role)
    {
        using var developer = await server.ClientForAsync(roles: [(role, project)]);
        foreach (var target in (string[])[upstream.Address, upstream.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal), "http://10.0.0.7:8000/v1", "http://gpu.lan/", "http://[::1]:9/"])
        {
            var refused = await EgressScene.ConnectAsync(developer, project, target);
            Assert.Equal((HttpStatusCode.BadRequest, "properties.target"), (refused.Status, (string?)refused.Body["error"]!["target"]));
            Assert.Contains("Microsoft.MachineLearningServices/workspaces/write", refused.ToString(), StringComparison.Ordinal);
        }

        Assert.Empty(upstream.Asked);
    }

    [Fact]
    public async Task A_developer_may_change_an_administrators_connection_but_not_where_it_leads()
    {
        using var developer = await server.ClientForAsync(roles: [(AzureAIDeveloper, project)]);
        await EgressScene.ConnectAsync(admin, project, upstream.Address);
        Assert.Equal(HttpStatusCode.OK, (await EgressScene.ConnectAsync(developer, project, upstream.Address + "/v1")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ChatThroughAsync($"{project}/connections/server")).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await EgressScene.ConnectAsync(developer, project, "http://127.0.0.1:1/")).Status);
        Assert.Equal(HttpStatusCode.OK, (await ChatThroughAsync($"{project}/connections/server")).Status);
    }

    [Theory]
    [InlineData("http://169.254.169.254/")]
    [InlineData("http://[fd00:ec2::254]/")]
    [InlineData("http://100.100.100.200/")]
    [InlineData("http://0.0.0.0:8000/")]
    public async Task Not_even_an_administrator_gets_at_the_credentials_of_the_machine(string target)
    {
        await EgressScene.ConnectAsync(admin, hub.Id, target, "metadata");
        var refused = await ChatThroughAsync($"{hub.Id}/connections/metadata");
        Assert.Equal((HttpStatusCode.BadGateway, "UpstreamUnreachable"), (refused.Status, refused.ErrorCode));
    }

    [Fact]
    public async Task With_only_approved_outbound_a_connection_needs_a_rule_too_and_the_refusal_names_it()
    {
        await EgressScene.ConnectAsync(admin, hub.Id, upstream.Address, "local");
        Assert.Equal(HttpStatusCode.OK, (await ChatThroughAsync($"{hub.Id}/connections/local")).Status);
        var closed = new { properties = new { managedNetwork = new { isolationMode = "AllowOnlyApprovedOutbound" } } };
        Assert.Equal(HttpStatusCode.OK, (await admin.CallAsync("PATCH", hub.Id + Ml, closed)).Status);
        var asked = upstream.Asked.Count;
        var refused = await ChatThroughAsync($"{hub.Id}/connections/local");
        Assert.Equal((HttpStatusCode.Forbidden, "OutboundRuleMissing"), (refused.Status, refused.ErrorCode));
        Assert.Contains($"no outbound rule for '{new Uri(upstream.Address).Authority}'", (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal(asked, upstream.Asked.Count);
    }

    private async Task<Answer> ChatThroughAsync(string connection)
    {
        var body = new { sku = new { name = "Standard", capacity = 1 }, properties = new { model = new { format = "OpenAI", name = "m", source = connection } } };
        var made = await admin.CallAsync("PUT", $"{project}/deployments/through{Ml}", body);
        Assert.True(made.Status is HttpStatusCode.Created or HttpStatusCode.OK, made.ToString());
        return await server.Client.CallAsync("POST", "/openai/v1/chat/completions", new { model = "through", messages = new[] { new { role = "user", content = "hi" } } }, ("api-key", key));
    }
}
