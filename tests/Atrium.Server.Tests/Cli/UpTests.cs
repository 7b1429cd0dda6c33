using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Server.Hosting;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Cli;

/// <summary>The command from the outside, as people and scripts use it.</summary>
public sealed partial class UpTests : IDisposable
{
    private static readonly string[] Keys =
    [
        "state", "endpoint", "httpsEndpoint", "portal", "caFile", "apiKey", "subscriptionId", "resourceGroup", "hub", "project", "tenantId", "clientId", "clientSecret",
        "projectApiKey", "aiServicesAccount", "storageAccount", "blobEndpoint", "fileEndpoint", "vaultEndpoint", "registryEndpoint", "registryLoginServer", "pid", "dataFolder",
    ];

    private readonly AtriumProcess atrium = new();

    /// <summary>The link that signs in once is another one each time.</summary>
    private static string WithoutLink(string output) => SignInCode().Replace(output, "code=");

    private string UpCommand => $"dotnet '{AtriumProcess.Program}' up --data '{atrium.Data}' --port 0 --no-models";

    public void Dispose() => atrium.Dispose();

    [Fact]
    public async Task Up_makes_a_hub_that_status_describes_and_down_ends_it()
    {
        var up = await atrium.UpAsync();
        Assert.True(up.Code == 0, up.Error);

        var status = await atrium.StatusAsync();
        Assert.Equal(Keys, status.Select(p => p.Key));
        Assert.All(Keys.Except(["pid", "apiKey", "aiServicesAccount"]), key => Assert.False(string.IsNullOrEmpty((string?)status[key]), $"'{key}' is empty."));
        Assert.Equal("running", (string?)status["state"]);
        Assert.Equal(atrium.Data, (string?)status["dataFolder"]);
        foreach (var shown in (string[])["endpoint", "httpsEndpoint", "portal", "dataFolder"])
        {
            Assert.Contains((string)status[shown]!, up.Output);
        }

        var down = await atrium.RunAsync("down");
        Assert.Equal(0, down.Code);
        Assert.Contains("has ended", down.Output);
        var after = await atrium.RunAsync("status", "-o", "json");
        Assert.Equal(3, after.Code);
        Assert.Equal("stopped", (string?)JsonNode.Parse(after.Output)!["state"]);
        var again = await atrium.RunAsync("down");
        Assert.Equal((0, $"Nothing runs on '{atrium.Data}'.\n"), (again.Code, again.Output));
    }

    [Fact]
    public async Task The_curl_line_that_up_prints_works_when_pasted()
    {
        Assert.Equal(0, (await atrium.RunAsync("models", "pull", "--data", atrium.Data)).Code);
        var up = await atrium.UpAsync();
        var line = CurlLine().Match(up.Output).Value;
        var answer = await atrium.RunProgramAsync("sh", "-c", line);
        Assert.True(answer.Code == 0, answer.Error);
        Assert.False(JsonNode.Parse(answer.Output)!.AsObject().ContainsKey("error"), answer.Output);
    }

    [Fact]
    public async Task Up_again_says_that_it_runs_and_prints_the_same()
    {
        var first = await atrium.UpAsync();
        var second = await atrium.UpAsync();
        Assert.Equal(0, second.Code);
        Assert.Contains("already runs", second.Error);
        Assert.Equal(WithoutLink(first.Output), WithoutLink(second.Output));
    }

    [Fact]
    public async Task Two_ups_at_once_start_one_hub()
    {
        var both = await Task.WhenAll(atrium.UpAsync(), atrium.UpAsync());
        Assert.All(both, up => Assert.True(up.Code == 0, up.Error));
        Assert.Equal(WithoutLink(both[0].Output), WithoutLink(both[1].Output));
    }

    [Fact]
    public async Task Files_with_secrets_are_for_their_owner_only()
    {
        await atrium.UpAsync();
        string[] open = [Path.Combine(atrium.Data, "tls", "ca.pem")];
        var readable = Directory.EnumerateFiles(atrium.Data, "*", SearchOption.AllDirectories)
            .Where(f => (File.GetUnixFileMode(f) & ~PrivateFile.OwnerOnly) != 0)
            .Select(f => (File: f, Shielded: (File.GetUnixFileMode(Path.GetDirectoryName(f)!) & (UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) == 0))
            .Where(f => !f.Shielded)
            .Select(f => f.File);
        Assert.Empty(readable.Except(open));
        foreach (var secret in (string[])["installation.json", "keys/master.key", "tls/ca-key.pem", "tls/server-key.pem"])
        {
            Assert.Equal(PrivateFile.OwnerOnly, File.GetUnixFileMode(Path.Combine(atrium.Data, secret)));
        }
    }

    [Fact]
    public async Task A_hub_that_was_killed_comes_back_with_the_same_keys()
    {
        await atrium.UpAsync();
        var before = await atrium.StatusAsync();
        await atrium.RunProgramAsync("kill", "-9", before["pid"]!.ToString());
        Assert.Equal(3, (await atrium.RunAsync("status")).Code);

        var up = await atrium.UpAsync();
        Assert.True(up.Code == 0, up.Error);
        var after = await atrium.StatusAsync();
        var addresses = Keys.Where(key => key.EndsWith("Endpoint", StringComparison.OrdinalIgnoreCase) || key is "registryLoginServer" or "portal");
        foreach (var same in Keys.Except(addresses).Except(["pid"]))
        {
            Assert.Equal((string?)before[same], (string?)after[same]);
        }
    }

    [Theory]
    [InlineData("-INT", 0)]
    [InlineData("-INT", 700)]
    [InlineData("-KILL", 300)]
    public async Task Up_that_was_interrupted_goes_on_when_it_is_run_again(string signal, int milliseconds)
    {
        using (var first = atrium.Start("up", "--data", atrium.Data, "--port", "0", "--no-models"))
        {
            await first.SaidSomething;
            await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
            await atrium.RunProgramAsync("kill", signal, $"{first.Id}");
            var cut = await first.EndAsync();

            // It may have been done before the signal came, on a fast machine as on a busy one.
            Assert.True(cut.Code != 0 || cut.Output.Contains("Atrium is ready", StringComparison.Ordinal), cut.Output + cut.Error);
            Assert.DoesNotContain("   at ", cut.Error);
        }

        var second = await atrium.UpAsync();
        Assert.True(second.Code == 0, second.Error);
        Assert.Equal("running", (string?)(await atrium.StatusAsync())["state"]);
    }

    [Fact]
    public async Task A_first_start_that_is_killed_again_and_again_ends_with_one_whole_hub()
    {
        foreach (var milliseconds in (int[])[200, 500, 800, 1100])
        {
            using var up = atrium.Start("up", "--data", atrium.Data, "--port", "0", "--no-models");
            await up.SaidSomething;
            await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
            up.Kill();
            await up.EndAsync();
            var pid = Path.Combine(atrium.Data, "run", "atrium.pid");
            if (File.Exists(pid))
            {
                await atrium.RunProgramAsync("kill", "-9", (await File.ReadAllTextAsync(pid, TestContext.Current.CancellationToken)).Trim());
            }
        }

        var last = await atrium.UpAsync();
        Assert.True(last.Code == 0, last.Error);
        var status = await atrium.StatusAsync();
        Assert.Equal(("hub", "project", "running"), ((string?)status["hub"], (string?)status["project"], (string?)status["state"]));
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--https-port")]
    public async Task A_port_that_another_program_has_is_named_with_the_option_that_changes_it(string option)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        string[] ports = option == "--port" ? ["--port", $"{port}", "--https-port", "0"] : ["--port", "0", "--https-port", $"{port}"];
        var up = await atrium.RunAsync(["up", "--data", atrium.Data, "--no-models", .. ports]);
        Assert.Equal(1, up.Code);
        Assert.Contains($"Port {port} is taken by another program. Choose another one with {option} N", up.Error);
        Assert.DoesNotContain("   at ", up.Error);
    }

    /// <summary>A terminal sends Ctrl-C to the whole group of processes: to the command and to all that it started.</summary>
    [Fact]
    public async Task Ctrl_C_at_any_moment_of_up_leaves_what_the_next_up_finishes_and_does_not_end_a_hub_that_runs()
    {
        foreach (var seconds in (string[])["0.2", "0.6", "1", "1.6", "2.2"])
        {
            await atrium.RunProgramAsync("bash", "-c", $"set -m; {UpCommand} & sleep {seconds}; kill -INT -- -$!; wait");
        }

        var whole = await atrium.RunProgramAsync("bash", "-c", $"set -m; {UpCommand} & wait; kill -INT -- -$!; true");
        Assert.True(whole.Output.Contains("Atrium is ready", StringComparison.Ordinal), whole.Error);
        var status = await atrium.StatusAsync();
        Assert.Equal("running", (string?)status["state"]);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Add("api-key", (string)status["apiKey"]!);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri($"{status["endpoint"]}/openai/v1/models"), TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Wrong_settings_are_all_told_and_nothing_starts()
    {
        var up = await atrium.UpAsync("--Listen:Address", "nowhere", "--Identity:Isuers:0:Authority", "x");
        Assert.Equal(2, up.Code);
        Assert.DoesNotContain("   at ", up.Error);
        var serve = await atrium.RunAsync("serve", "--data", atrium.Data, "--Listen:Port", "x", "--Databse:Provider", "sqlite");
        Assert.Equal(2, serve.Code);
        Assert.Contains("Listen:Port is 'x' (command line). Allowed: a whole number from 0 to 65535.", serve.Error);
        Assert.Contains("Databse:Provider (command line) is no setting. Did you mean Database:Provider?", serve.Error);
        Assert.False(File.Exists(Path.Combine(atrium.Data, "installation.json")));
    }

    [Fact]
    public async Task A_mistake_is_told_before_models_are_fetched_and_together_with_every_other()
    {
        atrium.HasOwnModels = true;
        var misspelt = await atrium.RunAsync("up", "--data", atrium.Data, "--port", "0", "--Databse:Provider", "sqlite");
        Assert.Equal(2, misspelt.Code);
        Assert.Contains("Databse:Provider (command line) is no setting. Did you mean Database:Provider?", misspelt.Error);
        Assert.DoesNotContain("fetch", misspelt.Error);

        var both = await atrium.RunAsync("up", "--data", atrium.Data, "--port", "abc", "--Databse:Provider", "sqlite");
        Assert.Equal(2, both.Code);
        Assert.Contains("Listen:Port is 'abc' (command line). Allowed: a whole number from 0 to 65535.", both.Error);
        Assert.Contains("Databse:Provider (command line) is no setting.", both.Error);
    }

    [Fact]
    public async Task Serve_ends_in_order_when_it_is_told_to()
    {
        using var serve = atrium.Start("serve", "--data", atrium.Data, "--port", "0");
        while ((await atrium.RunAsync("status", "--data", atrium.Data)).Code != 0)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        var second = await atrium.RunAsync("serve", "--data", atrium.Data, "--port", "0");
        Assert.Equal(1, second.Code);
        Assert.Contains($"process {serve.Id}", second.Error);
        await atrium.RunProgramAsync("kill", "-TERM", $"{serve.Id}");
        Assert.Equal(0, (await serve.EndAsync()).Code);
    }

    [Fact]
    public async Task What_the_operator_took_away_stays_away()
    {
        await atrium.UpAsync();
        var status = await atrium.StatusAsync();
        Assert.Equal(0, (await atrium.RunAsync("down")).Code);
        Assert.Equal(0, (await atrium.UpAsync()).Code);
        var after = await atrium.StatusAsync();
        Assert.Equal((string?)status["clientSecret"], (string?)after["clientSecret"]);
        Assert.Equal((string?)status["subscriptionId"], (string?)after["subscriptionId"]);
    }

    [GeneratedRegex("code=[A-Za-z0-9_-]+")]
    private static partial Regex SignInCode();

    [GeneratedRegex(@"curl (\\\n|.)+")]
    private static partial Regex CurlLine();
}
