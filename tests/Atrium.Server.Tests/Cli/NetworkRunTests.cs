using System.Text.Json.Nodes;
using Atrium.Server.Network.Namespaces;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Cli;

/// <summary><c>atrium network run</c> against a real hub: the program reaches the hub, which the rules of the service allow, and not the machine.</summary>
public sealed class NetworkRunTests
{
    [Fact]
    public async Task A_program_runs_in_the_managed_network_and_nothing_of_it_is_left()
    {
        Assert.SkipWhen(NetworkNamespace.Lacking() is not null, $"No network namespaces here: {NetworkNamespace.Lacking()}.");
        using var atrium = new AtriumProcess();
        Assert.Equal(0, (await atrium.UpAsync()).Code);
        var status = await atrium.StatusAsync();
        var port = new Uri((string)status["httpsEndpoint"]!).Port;
        var ended = await atrium.RunAsync(
            "network", "run", "--data", atrium.Data, "--", "bash", "-c",
            $"ls /sys/class/net; curl -sS --max-time 60 --cacert {status["caFile"]} https://{Environment.MachineName}:{port}/healthz; echo; curl -s --noproxy '*' --max-time 10 http://127.0.0.1:{new Uri((string)status["endpoint"]!).Port}/healthz; exit 7");
        Assert.True(ended.Code == 7, ended.ToString());
        Assert.Equal(["lo", """{"status":"live","waitingFor":[]}"""], ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.StartsWith('{') ? JsonNode.Parse(line)!.ToJsonString() : line));
        Assert.DoesNotContain(Directory.Exists("/var/run/netns") ? Directory.GetFiles("/var/run/netns", "atrium-*") : [], left => !Directory.Exists($"/proc/{Path.GetFileName(left).Split('-')[1]}"));
    }
}
