using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Egress;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Network;

/// <summary>What the rules of a hub allow: as the check says, and as calls find it.</summary>
public sealed class OutboundNetworkTests : IAsyncLifetime
{
    private const string Ml = EgressScene.Ml;
    private const string Only = "AllowOnlyApprovedOutbound";
    private readonly EgressScene scene = new();

    public ValueTask InitializeAsync() => scene.InitializeAsync();

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Fact]
    public async Task Rules_of_every_type_decide_and_each_answer_names_the_rule_or_the_one_that_is_lacking()
    {
        scene.Internet.Names["a.b.example.com"] = scene.Internet.Names["pypi.example"] = scene.Internet.Names["plain.example"] = [["93.184.215.14"]];
        scene.Internet.Names["forbidden.example"] = [["198.41.0.4"]];
        scene.Internet.Names["my.blob.core.windows.net"] = [["20.60.1.1"]];
        await SetAsync(Only, new
        {
            pypi = new { type = "FQDN", destination = "PyPI.example" },
            below = new { type = "FQDN", destination = "*.example.com" },
            plain = new { type = "FQDN", destination = "plain.example:80" },
            range = new { type = "ServiceTag", destination = new { serviceTag = "Custom", protocol = "TCP", portRanges = "8000-8100,9000", addressPrefixes = new[] { "93.184.215.0/24", "2606:2800::/32" } } },
            none = new { type = "ServiceTag", destination = new { serviceTag = "NoSuchTag", protocol = "*", portRanges = "*" } },
            storage = new { type = "ServiceTag", destination = new { serviceTag = "Storage.westeurope", protocol = "TCP", portRanges = "443" } },
            udp = new { type = "ServiceTag", destination = new { serviceTag = "Internet", protocol = "UDP", portRanges = "53" } },
        });
        (string Host, int Port, string Protocol, string? Rule)[] cases =
        [
            ("pypi.example", 443, "TCP", "pypi"), ("PYPI.example.", 80, "TCP", "pypi"), ("pypi.example", 8443, "TCP", null), ("www.pypi.example", 443, "TCP", null), ("evilpypi.example", 443, "TCP", null),
            ("a.b.example.com", 443, "TCP", "below"), ("example.com", 443, "TCP", null), ("evilexample.com", 443, "TCP", null),
            ("plain.example", 80, "TCP", "plain"), ("plain.example", 443, "TCP", null),
            ("93.184.215.14", 8000, "TCP", "range"), ("good.example", 8050, "TCP", "range"), ("good.example", 9000, "TCP", "range"), ("good.example", 9001, "TCP", null), ("93.184.216.14", 8000, "TCP", null),
            ("2606:2800::1", 8000, "TCP", "range"), ("[2606:2801::1]", 8000, "TCP", null), ("good.example", 8000, "UDP", null),
            ("my.blob.core.windows.net", 443, "TCP", "storage"), ("my.blob.core.windows.net", 80, "TCP", null), ("my.blob.core.windows.net.evil.example", 443, "TCP", null),
            ("good.example", 53, "UDP", "udp"), ("good.example", 53, "TCP", null), ("good.example", 443, "TCP", null),
        ];
        foreach (var (host, port, protocol, rule) in cases)
        {
            foreach (var workspace in (string[])[scene.Hub.Id, scene.Project])
            {
                var answer = await CheckAsync(workspace, new { host, port, protocol });
                Assert.True(((string?)answer["rule"]?["name"], (bool)answer["allowed"]!) == (rule, rule is not null), $"{host}:{port}/{protocol} {answer}");
                Assert.Equal(rule is null, answer["lacks"] is not null);
            }
        }

        var fqdn = await CheckAsync(scene.Hub.Id, new { host = "files.example.org" });
        Assert.Equal("""{"type":"FQDN","destination":"files.example.org"}""", fqdn["lacks"]!.ToJsonString());
        Assert.Contains("has no outbound rule for 'files.example.org:443'", (string?)fqdn["reason"], StringComparison.Ordinal);
        var address = await CheckAsync(scene.Hub.Id, new { host = "20.1.2.3", port = 5432 });
        Assert.Equal("20.1.2.3/32", (string?)address["lacks"]!["destination"]!["addressPrefixes"]![0]);
    }

    [Fact]
    public async Task The_rule_that_is_said_to_lack_is_the_one_that_allows_it()
    {
        await SetAsync(Only, new { });
        foreach (var asked in (object[])[new { host = "good.example" }, new { host = "93.184.215.14", port = 5432 }, new { host = "93.184.215.14", port = 53, protocol = "UDP" }])
        {
            var before = await CheckAsync(scene.Project, asked);
            Assert.False((bool)before["allowed"]!);
            var made = await scene.Owner.CallAsync("PUT", $"{scene.Hub.Id}/outboundRules/lacked{Ml}", new JsonObject { ["properties"] = before["lacks"]!.DeepClone() });
            Assert.True(made.Status == HttpStatusCode.OK, made.ToString());
            Assert.Equal("lacked", (string?)(await CheckAsync(scene.Project, asked))["rule"]!["name"]);
        }
    }

    [Fact]
    public async Task A_rule_that_denies_goes_before_all_that_allow()
    {
        scene.Internet.Names["forbidden.example"] = [["93.184.215.14"], ["198.41.0.4"]];
        await SetAsync(Only, new
        {
            all = new { type = "ServiceTag", destination = new { serviceTag = "Internet", protocol = "TCP", portRanges = "*" } },
            name = new { type = "FQDN", destination = "good.example" },
            not = new { type = "ServiceTag", destination = new { serviceTag = "Custom", protocol = "*", portRanges = "443", addressPrefixes = new[] { "93.184.215.14/32" }, action = "Deny" } },
        });
        var denied = await CheckAsync(scene.Hub.Id, new { host = "good.example" });
        Assert.Equal((false, "not"), ((bool)denied["allowed"]!, (string?)denied["rule"]!["name"]));
        Assert.Null(denied["lacks"]);
        Assert.Equal("all", (string?)(await CheckAsync(scene.Hub.Id, new { host = "good.example", port = 80 }))["rule"]!["name"]);
        Assert.Equal("all", (string?)(await CheckAsync(scene.Hub.Id, new { host = "good.example", port = 8443 }))["rule"]!["name"]);
    }

    [Fact]
    public async Task A_change_on_the_hub_holds_for_the_next_call_of_every_project()
    {
        await EgressScene.ConnectAsync(scene.Developer, scene.Project, "http://good.example/v1");
        await scene.DeployAsync("through", $"{scene.Project}/connections/server");
        Assert.Equal(HttpStatusCode.OK, (await scene.ChatAsync("through")).Status);
        await SetAsync("AllowInternetOutbound", null);
        Assert.Equal(HttpStatusCode.OK, (await scene.ChatAsync("through")).Status);
        await SetAsync(Only, null);
        var refused = await scene.ChatAsync("through");
        Assert.Equal((HttpStatusCode.Forbidden, "OutboundRuleMissing"), (refused.Status, refused.ErrorCode));
        Assert.Contains("It lacks a rule of type FQDN with the destination 'good.example'", (string?)refused.Body["error"]!["message"], StringComparison.Ordinal);
        var rule = $"{scene.Hub.Id}/outboundRules/model{Ml}";
        await scene.Owner.CallAsync("PUT", rule, new { properties = new { type = "FQDN", destination = "good.example" } });
        Assert.Equal(HttpStatusCode.OK, (await scene.ChatAsync("through")).Status);
        await scene.Owner.CallAsync("PUT", rule, new { properties = new { type = "FQDN", destination = "other.example" } });
        Assert.Equal(HttpStatusCode.Forbidden, (await scene.ChatAsync("through")).Status);
        await scene.Owner.CallAsync("PUT", rule, new { properties = new { type = "ServiceTag", destination = new { serviceTag = "Internet", protocol = "TCP", portRanges = "80" } } });
        Assert.Equal(HttpStatusCode.OK, (await scene.ChatAsync("through")).Status);
        await scene.Owner.CallAsync("PUT", $"{scene.Hub.Id}/outboundRules/not{Ml}", new { properties = new { type = "ServiceTag", destination = new { serviceTag = "Custom", protocol = "TCP", portRanges = "*", addressPrefixes = new[] { "93.184.0.0/16" }, action = "Deny" } } });
        Assert.Equal(HttpStatusCode.Forbidden, (await scene.ChatAsync("through")).Status);
    }

    /// <summary>What is inside is no more told by the check than by a call.</summary>
    [Fact]
    public async Task The_check_tells_nothing_of_what_is_inside()
    {
        var inside = await CheckAsync(scene.Project, new { host = "inside.example" });
        var missing = await CheckAsync(scene.Project, new { host = "no-such-name.example" });
        Assert.False((bool)inside["allowed"]!);
        Assert.Equal((string?)missing["reason"], (string?)inside["reason"]);
        await SetAsync(Only, new { });
        scene.Internet.Forget();
        Assert.False((bool)(await CheckAsync(scene.Project, new { host = "secret-in-a-label.evil.example" }))["allowed"]!);
        Assert.Empty(scene.Internet.Asked);
    }

    [Theory]
    [InlineData("{}", "host")]
    [InlineData("""{"host":""}""", "host")]
    [InlineData("""{"host":"http://x/"}""", "host")]
    [InlineData("""{"host":"a/b"}""", "host")]
    [InlineData("""{"host":"u@a"}""", "host")]
    [InlineData("""{"host":"a","port":0}""", "port")]
    [InlineData("""{"host":"a","port":"x"}""", "port")]
    [InlineData("""{"host":"a","protocol":"SCTP"}""", "protocol")]
    public async Task A_question_that_is_none_is_refused_with_its_place(string body, string target)
    {
        var refused = await scene.Owner.CallAsync("POST", $"{scene.Hub.Id}/checkOutbound{Ml}", body);
        Assert.Equal((HttpStatusCode.BadRequest, target), (refused.Status, (string?)refused.Body["error"]!["target"]));
    }

    [Fact]
    public async Task The_hubs_network_shows_the_modes_that_it_can_have_and_a_private_endpoint_for_each_connected_resource()
    {
        await SetAsync(Only, new { });
        var hub = (await scene.Owner.CallAsync("GET", scene.Hub.Id + Ml)).Body["properties"]!["managedNetwork"]!;
        Assert.Equal("""["AllowInternetOutbound","AllowOnlyApprovedOutbound"]""", hub["changeableIsolationModes"]!.ToJsonString());
        var rules = (await scene.Owner.CallAsync("GET", $"{scene.Project}/outboundRules{Ml}")).Body["value"]!.AsArray();
        var account = Assert.Single(rules, rule => (string?)rule!["properties"]!["category"] == "Dependency")!;
        Assert.Equal((scene.Hub.Account, "account"), ((string?)account["properties"]!["destination"]!["serviceResourceId"], (string?)account["properties"]!["destination"]!["subresourceTarget"]));

        var alone = (await scene.Owner.CallAsync("GET", $"{scene.Project}/managedNetworks?api-version=2025-12-01")).Body["value"]![0]!;
        Assert.Equal(("default", hub.ToJsonString()), ((string?)alone["name"], alone["properties"]!["managedNetwork"]!.ToJsonString()));
        var network = $"{scene.Hub.Id}/managedNetworks/default?api-version=2025-12-01";
        var written = await scene.Owner.CallAsync("PATCH", network, new { properties = new { managedNetwork = new { outboundRules = new { added = new { type = "FQDN", destination = "added.example" } } } } });
        Assert.True(written.Status == HttpStatusCode.OK, written.ToString());
        Assert.Equal("added.example", (string?)(await scene.Owner.CallAsync("GET", $"{scene.Project}/outboundRules/added{Ml}")).Body["properties"]!["destination"]);
        Assert.Equal(HttpStatusCode.BadRequest, (await scene.Owner.CallAsync("PUT", network, new { properties = new { managedNetwork = new { isolationMode = "Disabled" } } })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Owner.CallAsync("GET", $"{scene.Hub.Id}/managedNetworks/other?api-version=2025-12-01")).Status);
        await scene.Owner.CallAsync("DELETE", $"{scene.Hub.Id}/outboundRules/added{Ml}");

        // What was read can be written.
        var read = (await scene.Owner.CallAsync("GET", scene.Hub.Id + Ml)).Body;
        Assert.Equal(HttpStatusCode.OK, (await scene.Owner.CallAsync("PUT", scene.Hub.Id + Ml, read)).Status);
        Assert.Equal(rules.Count, (await scene.Owner.CallAsync("GET", $"{scene.Hub.Id}/outboundRules{Ml}")).Body["value"]!.AsArray().Count);
    }

    private async Task SetAsync(string mode, object? rules)
    {
        var network = rules is null ? (object)new { isolationMode = mode } : new { isolationMode = mode, outboundRules = rules };
        var set = await scene.Owner.CallAsync("PATCH", scene.Hub.Id + Ml, new { properties = new { managedNetwork = network } });
        Assert.True(set.Status == HttpStatusCode.OK, set.ToString());
    }

    private async Task<JsonObject> CheckAsync(string workspace, object asked)
    {
        var answer = await scene.Owner.CallAsync("POST", $"{workspace}/checkOutbound{Ml}", asked);
        Assert.True(answer.Status == HttpStatusCode.OK, answer.ToString());
        return answer.Body;
    }
}
