using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Network.Namespaces;
using Atrium.Server.Tests.Egress;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Atrium.Server.Tests.Network.Namespaces;

/// <summary>
/// Real programs in a real network namespace, before a fake internet: they reach what the hub's outbound rules allow, and nothing else. As root, where the machine
/// has what it takes.
/// </summary>
public sealed class NetworkNamespaceTests(EgressScene scene) : IClassFixture<EgressScene>, IAsyncLifetime
{
    private const string Answer = """{"keys":[]}""";
    private NetworkNamespace? inside;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(NetworkNamespace.Lacking() is not null, $"No network namespaces here: {NetworkNamespace.Lacking()}.");
        var mode = new { properties = new { managedNetwork = new { isolationMode = "AllowOnlyApprovedOutbound" } } };
        var changed = await scene.Owner.CallAsync("PATCH", scene.Hub.Id + EgressScene.Ml, mode);
        Assert.True((int)changed.Status < 300, changed.ToString());
        inside = await NetworkNamespace.MakeAsync(new HubWayOut(scene.Owner, scene.Project), scene.Internet, NullLogger<NamespaceRelay>.Instance, Cancel);
        scene.Internet.Forget();
    }

    public async ValueTask DisposeAsync()
    {
        if (inside is not null)
        {
            await inside.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_host_is_reached_from_the_moment_a_rule_names_it_until_the_rule_is_gone()
    {
        Assert.StartsWith("The managed network of the hub has no outbound rule", await FetchAsync("http://good.example/"), StringComparison.Ordinal);
        await RuleAsync("good", new { type = "FQDN", destination = "good.example" });
        Assert.Equal(Answer, await FetchAsync("http://good.example/"));
        Assert.Equal(Answer, await FetchAsync("--proxytunnel http://good.example/"));
        Assert.StartsWith("The managed network of the hub has no outbound rule", await FetchAsync("http://good.example:8080/"), StringComparison.Ordinal);
        Assert.StartsWith("The managed network of the hub has no outbound rule", await FetchAsync("http://redirect.example/"), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.OK, (await scene.Owner.CallAsync("DELETE", $"{scene.Hub.Id}/outboundRules/good{EgressScene.Ml}")).Status);
        Assert.StartsWith("The managed network of the hub has no outbound rule", await FetchAsync("http://good.example/"), StringComparison.Ordinal);
        Assert.Equal(2, scene.Internet.Dialled.Count);
    }

    [Fact]
    public async Task An_address_is_reached_by_any_program_where_a_rule_names_it_and_nowhere_else()
    {
        const string talk = "exec 3<>/dev/tcp/{0}; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3";
        await RuleAsync("database", new { type = "ServiceTag", destination = new { serviceTag = "Custom", protocol = "TCP", portRanges = "5432", addressPrefixes = new[] { "93.184.215.0/24" }, action = "Allow" } });
        Assert.EndsWith(Answer, (await RunAsync("bash", "-c", string.Format(null, talk, "93.184.215.14/5432"))).Output, StringComparison.Ordinal);
        Assert.Equal(["93.184.215.14:5432"], scene.Internet.Dialled);
        foreach (var place in (string[])["93.184.215.14/5433", "93.184.216.34/5432", "10.0.0.1/5432", "169.254.169.254/80", $"{OwnAddress()}/{new Uri(scene.Server.Client.BaseAddress!.ToString()).Port}"])
        {
            var refused = await RunAsync("timeout", "20", "bash", "-c", string.Format(null, talk, place));
            Assert.True(refused.Code != 0 || refused.Output.Length == 0, $"{place}: {refused}");
            Assert.Equal("", refused.Output);
        }

        Assert.Single(scene.Internet.Dialled);
        await scene.Owner.CallAsync("DELETE", $"{scene.Hub.Id}/outboundRules/database{EgressScene.Ml}");
    }

    [Fact]
    public async Task The_machine_itself_and_other_protocols_are_out_of_reach()
    {
        var hub = scene.Server.Client.BaseAddress!;
        Assert.NotEqual(0, (await RunAsync("curl", "-sS", "--noproxy", "*", "--max-time", "20", new Uri(hub, "/healthz").ToString())).Code);
        Assert.Equal("", await FetchAsync($"http://127.0.0.1:{hub.Port}/"));
        foreach (var udp in (string[])["8.8.8.8/53", "93.184.215.14/53"])
        {
            Assert.NotEqual(0, (await RunAsync("bash", "-c", $"exec 3<>/dev/udp/{udp} && echo x >&3 && sleep 0.2 && echo x >&3")).Code);
        }

        Assert.NotEqual(0, (await RunAsync("bash", "-c", "exec 3<>/dev/tcp/2606:2800:220:1::1/80")).Code);
        Assert.Equal(["lo"], (await RunAsync("bash", "-c", "ls /sys/class/net")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(scene.Internet.Dialled);
    }

    [Theory]
    [InlineData("http://inside.example/")]
    [InlineData("http://metadata.example/")]
    [InlineData("http://rebind.example/")]
    [InlineData("http://mixed.example/")]
    [InlineData("http://0x7f.1/")]
    [InlineData("http://169.254.169.254/latest/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    public async Task A_rule_for_a_name_does_not_lead_to_private_addresses(string address)
    {
        foreach (var name in (string[])["inside", "metadata", "rebind", "mixed"])
        {
            await RuleAsync(name, new { type = "FQDN", destination = $"{name}.example" });
        }

        // A name that changes its mind is asked for once per connection, and that very address is connected to.
        scene.Internet.Forget();
        var first = await FetchAsync(address);
        if (address.Contains("rebind", StringComparison.Ordinal))
        {
            Assert.Equal(Answer, first);
            Assert.Equal(["93.184.215.14:80"], scene.Internet.Dialled);
            scene.Internet.Forget();
            await scene.Internet.ResolveAsync("rebind.example", Cancel);
            first = await FetchAsync(address);
        }

        Assert.NotEqual(Answer, first);
        Assert.Empty(scene.Internet.Dialled);
    }

    [Theory]
    [InlineData("nft flush ruleset")]
    [InlineData("ip link add x type dummy")]
    [InlineData("nsenter --net=/proc/1/ns/net true")]
    [InlineData("ip netns exec x true")]
    [InlineData("unshare --net true")]
    public async Task A_program_can_neither_change_the_namespace_nor_leave_it(string command) => Assert.NotEqual(0, (await RunAsync("bash", "-c", command)).Code);

    [Fact]
    public async Task Programs_that_are_left_have_no_way_out()
    {
        await RuleAsync("good2", new { type = "FQDN", destination = "good.example" });
        Assert.Equal(Answer, await FetchAsync("http://good.example/"));
        using var left = Process.Start(With(inside!.StartInfo("bash", ["-c", "echo inside; read; curl -sS --max-time 20 http://good.example/"])))!;
        Assert.Equal("inside", await left.StandardOutput.ReadLineAsync(Cancel));
        await inside.DisposeAsync();
        inside = null;
        scene.Internet.Forget();
        await left.StandardInput.WriteLineAsync();
        Assert.DoesNotContain(Answer, await left.StandardOutput.ReadToEndAsync(Cancel), StringComparison.Ordinal);
        await left.WaitForExitAsync(Cancel);
        Assert.Empty(scene.Internet.Dialled);
        await scene.Owner.CallAsync("DELETE", $"{scene.Hub.Id}/outboundRules/good2{EgressScene.Ml}");
    }

    private async Task RuleAsync(string name, object properties)
    {
        var made = await scene.Owner.CallAsync("PUT", $"{scene.Hub.Id}/outboundRules/{name}{EgressScene.Ml}", new { properties });
        Assert.True((int)made.Status < 300, made.ToString());
    }

    private static IPAddress OwnAddress() => System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
        .SelectMany(card => card.GetIPProperties().UnicastAddresses.Select(unicast => unicast.Address))
        .FirstOrDefault(address => address.AddressFamily is System.Net.Sockets.AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)) ?? IPAddress.Parse("10.0.0.2");

    private async Task<string> FetchAsync(string arguments) => (await RunAsync("curl", ["-sS", "--max-time", "30", .. arguments.Split(' ')])).Output.Trim();

    private async Task<(int Code, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(With(inside!.StartInfo(program, arguments)))!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(Cancel);
        var output = await process.StandardOutput.ReadToEndAsync(Cancel);
        await process.WaitForExitAsync(Cancel);
        return (process.ExitCode, output, await error);
    }

    private static ProcessStartInfo With(ProcessStartInfo start)
    {
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        return start;
    }

    /// <summary>Asks the hub over its API, as <c>atrium network run</c> does.</summary>
    private sealed class HubWayOut(HttpClient owner, string workspace) : IWayOut
    {
        public async ValueTask<WayOut> AskAsync(string host, int port, CancellationToken cancellationToken)
        {
            var answer = (await owner.CallAsync("POST", $"{workspace}/checkOutbound{EgressScene.Ml}", new JsonObject { ["host"] = host, ["port"] = port, ["from"] = "compute" })).Body;
            return (bool?)answer["allowed"] == true
                ? new(true, (string)answer["reason"]!, [.. answer["addresses"]!.AsArray().Select(address => IPAddress.Parse((string)address!))])
                : new(false, (string?)answer["reason"] ?? answer.ToJsonString(), []);
        }
    }
}
