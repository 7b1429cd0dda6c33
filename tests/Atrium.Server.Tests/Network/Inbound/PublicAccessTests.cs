using System.Net;
using System.Text.Json.Nodes;
using Atrium.Persistence;
using Atrium.Server.Tests.Storage;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static Atrium.Server.Tests.Support.Waits;

namespace Atrium.Server.Tests.Network.Inbound;

/// <summary>What is closed to the public network answers from the networks that may call, and from nowhere else. The callers are at real addresses of this machine.</summary>
public sealed class PublicAccessTests : IAsyncLifetime
{
    private const string SecretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
    private const string BlobOwner = "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    private InboundScene scene = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => scene = await InboundScene.MakeAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task A_closed_hub_and_its_projects_are_managed_through_its_private_endpoint_and_from_the_machine_only()
    {
        string[] calls =
        [
            $"GET {scene.Team.Id}", $"GET {scene.Project}", $"GET {scene.Team.Id}/connections", $"GET {scene.Project}/connections", $"POST {scene.Project}/listApiKeys", $"GET {scene.Team.Id}/outboundRules",
            $"GET {scene.Project}/providers/Microsoft.Authorization/roleAssignments",
        ];
        foreach (var call in calls)
        {
            Assert.Equal(HttpStatusCode.OK, (await CallAsync(InboundScene.Outside, call)).Status);
        }

        await CloseAsync(scene.Team.Id);
        foreach (var call in calls)
        {
            var refused = await CallAsync(InboundScene.Outside, call);
            Assert.True((HttpStatusCode.Forbidden, "PublicNetworkAccessDisabled") == (refused.Status, refused.ErrorCode), $"{call}: {refused}");
            Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(InboundScene.Office, call)).Status);
            Assert.Equal(HttpStatusCode.OK, (await CallAsync(InboundScene.Machine, call)).Status);
        }

        await scene.ApproveAsync("Pending");
        Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(InboundScene.Office, calls[0])).Status);
        await scene.ApproveAsync();
        foreach (var call in calls)
        {
            Assert.Equal(HttpStatusCode.OK, (await CallAsync(InboundScene.Office, call)).Status);
            Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(InboundScene.Outside, call)).Status);
        }
    }

    [Fact]
    public async Task What_is_closed_cannot_be_changed_or_deleted_from_outside_and_opens_again_at_once()
    {
        await CloseAsync(scene.Team.Id);
        var change = new { properties = new { publicNetworkAccess = "Enabled" } };
        Assert.Equal("PublicNetworkAccessDisabled", (await scene.FromAsync(InboundScene.Outside, "PATCH", scene.Team.Id + InboundScene.Ml, change)).ErrorCode);
        Assert.Equal("PublicNetworkAccessDisabled", (await scene.FromAsync(InboundScene.Outside, "DELETE", scene.Project + InboundScene.Ml)).ErrorCode);
        Assert.Equal("PublicNetworkAccessDisabled", (await scene.FromAsync(InboundScene.Outside, "PUT", $"{scene.Project}/connections/some{InboundScene.Ml}", new { })).ErrorCode);
        await scene.SetAsync(scene.Team.Id, "2024-04-01", new() { ["publicNetworkAccess"] = "Enabled" });
        Assert.Equal(HttpStatusCode.OK, (await CallAsync(InboundScene.Outside, $"GET {scene.Project}")).Status);
    }

    [Fact]
    public async Task Lists_leave_out_what_does_not_answer_there()
    {
        var list = $"GET {scene.Team.Id[..scene.Team.Id.LastIndexOf('/')]}";
        var all = $"GET {scene.Team.Id.Split("/providers")[0]}/resources";
        Assert.Equal(2, (await CallAsync(InboundScene.Outside, list)).Body["value"]!.AsArray().Count);
        await CloseAsync(scene.Team.Id);
        Assert.Empty((await CallAsync(InboundScene.Outside, list)).Body["value"]!.AsArray());
        Assert.DoesNotContain("workspaces", (await CallAsync(InboundScene.Outside, all, "2024-07-01")).Body.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        Assert.Equal(2, (await CallAsync(InboundScene.Machine, list)).Body["value"]!.AsArray().Count);
    }

    [Fact]
    public async Task Who_has_no_right_there_does_not_learn_what_is_closed()
    {
        using var nobody = await scene.Hub.ClientForAsync();
        using var outside = await scene.AtAsync(InboundScene.Outside, nobody.DefaultRequestHeaders.Authorization!.Parameter);
        await CloseAsync(scene.Team.Id);
        foreach (var (method, rest) in ((string, string)[])[("GET", ""), ("DELETE", ""), ("POST", "/listApiKeys"), ("GET", "/connections"), ("PUT", "/connections/some")])
        {
            var here = await outside.CallAsync(method, $"{scene.Team.Id}{rest}{InboundScene.Ml}", method is "PUT" ? new { } : null);
            var nowhere = await outside.CallAsync(method, $"{scene.Team.Id}x{rest}{InboundScene.Ml}", method is "PUT" ? new { } : null);
            Assert.Equal("AuthorizationFailed", here.ErrorCode);
            Assert.Equal(here.ToString().Replace(scene.Team.Id, "ID", StringComparison.OrdinalIgnoreCase), nowhere.ToString().Replace($"{scene.Team.Id}x", "ID", StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task A_header_that_says_where_a_call_comes_from_is_believed_of_the_operators_proxy_only()
    {
        await CloseAsync(scene.Team.Id);
        await scene.ApproveAsync();
        var get = scene.Team.Id + InboundScene.Ml;
        Assert.Equal(HttpStatusCode.OK, await SaysAsync(InboundScene.Proxy, InboundScene.Office));
        Assert.Equal(HttpStatusCode.OK, await SaysAsync(InboundScene.Proxy, $"{InboundScene.Outside}, {InboundScene.Office}"));
        Assert.Equal(HttpStatusCode.Forbidden, await SaysAsync(InboundScene.Proxy, InboundScene.Outside));
        Assert.Equal(HttpStatusCode.Forbidden, await SaysAsync(InboundScene.Proxy, $"{InboundScene.Office}, {InboundScene.Outside}"));
        Assert.Equal(HttpStatusCode.Forbidden, await SaysAsync(InboundScene.Outside, InboundScene.Office));
        Assert.Equal(HttpStatusCode.Forbidden, await SaysAsync(InboundScene.Outside, InboundScene.Machine));

        // A proxy on the machine that the operator does not know of would make everybody a caller from the machine itself.
        Assert.Equal(HttpStatusCode.Forbidden, await SaysAsync(InboundScene.Machine, InboundScene.Outside));

        async Task<HttpStatusCode> SaysAsync(string from, string header)
        {
            using var client = await scene.AtAsync(from, "", ("X-Forwarded-For", header));
            return (await client.CallAsync("GET", get)).Status;
        }
    }

    [Fact]
    public async Task A_closed_hub_closes_the_models_of_its_projects_and_of_its_account_in_their_own_dialect()
    {
        await CloseAsync(scene.Team.Id);
        await scene.ApproveAsync();
        foreach (var key in (string[])[scene.ProjectKey, scene.Team.Key])
        {
            var refused = await ModelsAsync(InboundScene.Outside, key);
            Assert.Equal((HttpStatusCode.Forbidden, "403", "permission_error"), (refused.Status, refused.ErrorCode, (string?)refused.Body["error"]!["type"]));
            Assert.Equal(HttpStatusCode.Forbidden, (await ModelsAsync(InboundScene.Machine, key)).Status);
            Assert.Equal(HttpStatusCode.OK, (await ModelsAsync(InboundScene.Office, key)).Status);
            Assert.Equal(HttpStatusCode.Unauthorized, (await ModelsAsync(InboundScene.Outside, "wrong")).Status);
        }

        using var chat = await scene.AtAsync(InboundScene.Outside, scene.ProjectKey);
        Assert.Equal("403", (await chat.CallAsync("POST", "/openai/v1/chat/completions", new { model = "chat", messages = new[] { new { role = "user", content = "Hi" } } })).ErrorCode);
        Assert.Equal("403", (await chat.CallAsync("POST", "/contentsafety/text:analyze?api-version=2024-09-01", new { text = "Hi" }, ("Ocp-Apim-Subscription-Key", scene.ProjectKey))).ErrorCode);
    }

    [Fact]
    public async Task An_account_with_network_rules_answers_the_addresses_and_subnets_that_they_name()
    {
        await scene.SetAsync(scene.Team.Account, "2024-10-01", JsonNode.Parse($$$"""
            {"networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"127.0.4.0/24"},{"value":"127.0.6.1"}],"virtualNetworkRules":[{"id":"{{{InboundScene.Subnet}}}"}]}}
            """)!.AsObject());
        foreach (var (address, isAllowed) in ((string, bool)[])[("127.0.4.9", true), ("127.0.6.1", true), ("127.0.6.2", false), ("127.0.8.200", true), (InboundScene.Outside, false), (InboundScene.Machine, false)])
        {
            var answer = await ModelsAsync(address, scene.Team.Key);
            Assert.True(isAllowed ? answer.Status is HttpStatusCode.OK : answer is { Status: HttpStatusCode.Forbidden, ErrorCode: "AccessDenied" }, $"{address}: {answer}");
        }

        await scene.SetAsync(scene.Team.Account, "2024-10-01", new() { ["publicNetworkAccess"] = "Disabled" });
        Assert.Equal("403", (await ModelsAsync("127.0.4.9", scene.Team.Key)).ErrorCode);
        await scene.SetAsync(scene.Team.Account, "2024-10-01", JsonNode.Parse("""{"publicNetworkAccess":"Enabled","networkAcls":{"defaultAction":"Allow"}}""")!.AsObject());
        Assert.Equal(HttpStatusCode.OK, (await ModelsAsync(InboundScene.Outside, scene.Team.Key)).Status);
    }

    [Fact]
    public async Task A_list_of_addresses_on_the_hub_holds_for_its_projects()
    {
        await scene.SetAsync(scene.Team.Id, "2024-07-01-preview", new() { ["ipAllowlist"] = new JsonArray("127.0.4.0/24") });
        Assert.Equal(HttpStatusCode.OK, (await ModelsAsync("127.0.4.1", scene.ProjectKey)).Status);
        Assert.Equal("AccessDenied", (await ModelsAsync(InboundScene.Outside, scene.ProjectKey)).ErrorCode);
        Assert.Equal("NetworkAclsForbidden", (await CallAsync(InboundScene.Outside, $"GET {scene.Project}")).ErrorCode);
        Assert.Equal("127.0.4.0/24", (string?)(await CallAsync("127.0.4.1", $"GET {scene.Project}")).Body["properties"]!["ipAllowlist"]![0]);
    }

    [Fact]
    public async Task A_closed_vault_keeps_its_secrets_in_and_says_so_in_its_own_words()
    {
        const string secrets = "/vaults/team-vault/secrets?api-version=7.5";
        await scene.Owner.CallAsync("PUT", $"{scene.Vault}?api-version=2023-07-01", new { location = "local", properties = new { sku = new { family = "A", name = "standard" }, enableRbacAuthorization = true } });
        using var officer = await scene.Hub.ClientForAsync("https://vault.azure.net", (SecretsOfficer, scene.Vault));
        var token = officer.DefaultRequestHeaders.Authorization!.Parameter;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(InboundScene.Outside));

        await scene.SetAsync(scene.Vault, "2023-07-01", JsonNode.Parse("""{"networkAcls":{"defaultAction":"Deny","bypass":"AzureServices","ipRules":[{"value":"127.0.4.0/24"}]}}""")!.AsObject());
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("127.0.4.77"));
        Assert.Equal("ForbiddenByFirewall", await InnerAsync());

        await scene.SetAsync(scene.Vault, "2023-07-01", new() { ["publicNetworkAccess"] = "disabled" });
        Assert.Equal("ForbiddenByConnection", await InnerAsync());
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync("127.0.4.77"));
        using var nobody = await scene.AtAsync(InboundScene.Outside, (await scene.Hub.ClientForAsync("https://vault.azure.net")).DefaultRequestHeaders.Authorization!.Parameter);
        Assert.Equal("ForbiddenByRbac", (string?)(await nobody.CallAsync("GET", secrets)).Body["error"]!["innererror"]!["code"]);

        async Task<HttpStatusCode> StatusAsync(string address)
        {
            using var client = await scene.AtAsync(address, token);
            return (await client.CallAsync("GET", secrets)).Status;
        }

        async Task<string?> InnerAsync()
        {
            using var client = await scene.AtAsync(InboundScene.Outside, token);
            return (string?)(await client.CallAsync("GET", secrets)).Body["error"]!["innererror"]!["code"];
        }
    }

    /// <summary>Of every kind of resource that can be closed.</summary>
    [Fact]
    public async Task An_approved_private_endpoint_leads_to_a_closed_resource_and_a_rejected_one_does_not()
    {
        var account = scene.Team.Account;
        Assert.Equal(HttpStatusCode.Created, (await scene.Owner.CallAsync("PUT", $"{scene.Vault}?api-version=2023-07-01", new { location = "local", properties = new { sku = new { family = "A", name = "standard" }, enableRbacAuthorization = true } })).Status);
        Assert.Equal(HttpStatusCode.OK, (await scene.Owner.CallAsync("PUT", $"{scene.Storage}?api-version=2023-01-01", new { location = "local", kind = "StorageV2", sku = new { name = "Standard_LRS" }, properties = new { } })).Status);
        Assert.Equal(HttpStatusCode.Created, (await scene.Owner.CallAsync("PUT", $"{scene.Registry}?api-version=2023-07-01", new { location = "local", sku = new { name = "Premium" } })).Status);
        foreach (var (id, version, group) in new[] { (scene.Vault, "2023-07-01", "vault"), (scene.Storage, "2023-01-01", "blob"), (scene.Registry, "2023-07-01", "registry"), (account, "2024-10-01", "account") })
        {
            var (connection, closed) = ($"{id}/privateEndpointConnections/office?api-version={version}", $"GET {id}");
            var linked = await scene.Owner.CallAsync("GET", $"{id}/privateLinkResources?api-version={version}");
            Assert.Contains(group, linked.Body["value"]!.AsArray().Select(link => (string?)link!["properties"]!["groupId"]));
            var asked = await scene.Owner.CallAsync("PUT", connection, new { properties = new { privateEndpoint = new { id = scene.Endpoint }, privateLinkServiceConnectionState = new { status = "Pending" } } });
            Assert.True(asked.Status is HttpStatusCode.OK or HttpStatusCode.Created, asked.ToString());
            await scene.SetAsync(id, version, new() { ["publicNetworkAccess"] = "Disabled" });
            Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(InboundScene.Office, closed, version)).Status);

            // Whoever approves need not say again which endpoint it is.
            await scene.Owner.CallAsync("PUT", connection, new { properties = new { privateLinkServiceConnectionState = new { status = "Approved", description = "the office" } } });
            var seen = await CallAsync(InboundScene.Office, closed, version);
            Assert.True(seen.Status == HttpStatusCode.OK, seen.ToString());
            var shown = Assert.Single(seen.Body["properties"]!["privateEndpointConnections"]!.AsArray())!["properties"]!;
            Assert.Equal((scene.Endpoint, "Approved"), ((string?)shown["privateEndpoint"]!["id"], (string?)shown["privateLinkServiceConnectionState"]!["status"]));
            Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(InboundScene.Outside, closed, version)).Status);
            await scene.Owner.CallAsync("PUT", connection, new { properties = new { privateLinkServiceConnectionState = new { status = "Rejected" } } });
            Assert.Equal(HttpStatusCode.Forbidden, (await CallAsync(InboundScene.Office, closed, version)).Status);
            await scene.Owner.CallAsync("PUT", connection, new { properties = new { privateLinkServiceConnectionState = new { status = "Approved" } } });
        }

        // The data plane too.
        var token = await scene.TokenAsync("https://containerregistry.azure.net");
        using var office = await scene.AtAsync(InboundScene.Office, token);
        using var outside = await scene.AtAsync(InboundScene.Outside, token);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Forbidden), ((await office.CallAsync("GET", "/registries/teamregistry/v2/_catalog")).Status, (await outside.CallAsync("GET", "/registries/teamregistry/v2/_catalog")).Status));
        Assert.Equal(HttpStatusCode.OK, (await scene.Owner.CallAsync("DELETE", $"{scene.Registry}/privateEndpointConnections/office?api-version=2023-07-01")).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await office.CallAsync("GET", "/registries/teamregistry/v2/_catalog")).Status);
    }

    [Fact]
    public async Task A_closed_storage_account_lets_no_blob_out_nor_be_copied_out()
    {
        foreach (var account in (string[])[scene.Storage, $"{scene.Storage}2"])
        {
            Assert.Equal(HttpStatusCode.OK, (await scene.Owner.CallAsync("PUT", $"{account}?api-version=2023-01-01", new { location = "local", kind = "StorageV2", sku = new { name = "Standard_LRS" }, properties = new { } })).Status);
        }

        using var writer = await scene.Hub.ClientForAsync(HubClients.Storage, (BlobOwner, scene.Storage), (BlobOwner, $"{scene.Storage}2"));
        var token = writer.DefaultRequestHeaders.Authorization!.Parameter;
        using var inside = await scene.AtAsync("127.0.4.1", token);
        using var outside = await scene.AtAsync(InboundScene.Outside, token);
        Assert.Equal(HttpStatusCode.Created, (await outside.BlobAsync("PUT", "/teamstore.blob/box?restype=container")).Status);
        Assert.Equal(HttpStatusCode.Created, (await outside.BlobAsync("PUT", "/teamstore2.blob/box?restype=container")).Status);
        Assert.Equal(HttpStatusCode.Created, (await outside.PutBlobAsync("/teamstore.blob/box/b", "hello")).Status);

        await scene.SetAsync(scene.Storage, "2023-01-01", JsonNode.Parse("""{"networkAcls":{"defaultAction":"Deny","ipRules":[{"value":"127.0.4.0/24","action":"Allow"}]}}""")!.AsObject());
        Assert.Equal("hello", (await inside.BlobAsync("GET", "/teamstore.blob/box/b")).Body);
        var refused = await outside.BlobAsync("GET", "/teamstore.blob/box/b");
        Assert.Equal((HttpStatusCode.Forbidden, "AuthorizationFailure"), (refused.Status, refused.Code));
        var source = new Uri(outside.BaseAddress!, "/teamstore.blob/box/b").ToString();
        Assert.Equal(HttpStatusCode.Forbidden, (await outside.BlobAsync("PUT", "/teamstore2.blob/box/copy", null, ("x-ms-copy-source", source))).Status);
        Assert.Equal(HttpStatusCode.Accepted, (await inside.BlobAsync("PUT", "/teamstore2.blob/box/copy", null, ("x-ms-copy-source", source))).Status);
    }

    [Fact]
    public async Task A_closed_registry_denies_the_addresses_that_it_does_not_name()
    {
        const string catalog = "/registries/teamregistry/v2/_catalog";
        Assert.Equal(HttpStatusCode.Created, (await scene.Owner.CallAsync("PUT", $"{scene.Registry}?api-version=2023-07-01", new
        {
            location = "local", sku = new { name = "Premium" }, properties = new { networkRuleSet = new { defaultAction = "Deny", ipRules = new[] { new { action = "Allow", value = "127.0.4.0/24" } } } },
        })).Status);
        var token = await scene.TokenAsync("https://containerregistry.azure.net");
        using var outside = await scene.AtAsync(InboundScene.Outside, token);
        using var inside = await scene.AtAsync("127.0.4.1", token);
        var refused = await outside.CallAsync("GET", catalog);
        Assert.Equal((HttpStatusCode.Forbidden, "DENIED"), (refused.Status, (string?)refused.Body["errors"]![0]!["code"]));
        Assert.Equal(HttpStatusCode.OK, (await inside.CallAsync("GET", catalog)).Status);
    }

    [Fact]
    public async Task A_refused_call_of_a_model_leaves_its_row_of_usage()
    {
        await CloseAsync(scene.Team.Id);
        using var client = await scene.AtAsync(InboundScene.Outside, scene.ProjectKey);
        await client.CallAsync("POST", "/openai/v1/chat/completions", new { model = "chat", messages = new[] { new { role = "user", content = "Hi" } } });
        var store = scene.Hub.Services.GetRequiredService<IAtriumStore>();
        await UntilAsync(async () => (await store.ListUsageAsync(new() { From = DateTimeOffset.UnixEpoch, To = DateTimeOffset.MaxValue }, 10, Cancel)).Any(row => row is { Status: 403, Operation: "chat.completions" }));
    }

    private Task CloseAsync(string id) => scene.SetAsync(id, "2024-04-01", new() { ["publicNetworkAccess"] = "Disabled" });

    private Task<Answer> CallAsync(string address, string call, string version = "") =>
        scene.FromAsync(address, call.Split(' ')[0], call.Split(' ')[1] + (version.Length > 0 ? $"?api-version={version}" : call.Contains("Authorization", StringComparison.Ordinal) ? "?api-version=2022-04-01" : InboundScene.Ml));

    private async Task<Answer> ModelsAsync(string address, string key)
    {
        using var client = await scene.AtAsync(address, key);
        return await client.CallAsync("GET", "/openai/v1/models");
    }
}
