using System.Net;
using System.Net.Sockets;
using Atrium.Server.Hosting;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Hosting;

/// <summary>The option of a host name for each account and vault.</summary>
public sealed class HostNamesTests
{
    private const string Suffix = "ai.example.org";

    [Theory]
    [InlineData("one.ai.example.org", "/ai/one")]
    [InlineData("ONE.AI.Example.Org", "/ai/ONE")]
    [InlineData("keys.vault.ai.example.org", "/vaults/keys")]
    [InlineData("data.blob.ai.example.org", "/data.blob")]
    [InlineData("data.file.ai.example.org", "/data.file")]
    [InlineData("ai.example.org", null)]
    [InlineData("vault.ai.example.org", "/ai/vault")]
    [InlineData("a.b.ai.example.org", null)]
    [InlineData(".vault.ai.example.org", null)]
    [InlineData("evilai.example.org", null)]
    [InlineData("127.0.0.1", null)]
    public void A_host_stands_for_the_path_of_one_account_or_vault(string host, string? path) => Assert.Equal(path, HostNames.PathOf(host, Suffix));

    [Fact]
    public async Task An_account_shows_its_host_and_answers_there_with_a_certificate_for_it()
    {
        const string version = "?api-version=2024-10-01";
        await using var hub = await HubServer.StartAsync(settings: ["--Models:Warm", "false", "--Listen:HostSuffix", Suffix]);
        using var owner = await hub.OwnerAsync();
        var group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
        await owner.CallAsync("PUT", $"{group.Split("/resourceGroups")[0]}?api-version=2024-07-01", new { displayName = "t" });
        await owner.CallAsync("PUT", $"{group}?api-version=2024-07-01", new { location = "local" });
        var account = $"{group}/providers/Microsoft.CognitiveServices/accounts/one";
        var made = await owner.CallAsync("PUT", account + version, new { location = "local", kind = "AIServices", sku = new { name = "S0" }, properties = new { customSubDomainName = "one" } });
        var endpoint = new Uri((string)made.Body["properties"]!["endpoint"]!);
        Assert.Equal($"https://one.{Suffix}:{hub.HttpsAddress().Port}/", endpoint.ToString());
        var key = (string)(await owner.CallAsync("POST", $"{account}/listKeys{version}")).Body["key1"]!;

        using var client = ClientWithoutDns(hub);
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync("GET", $"{endpoint}openai/v1/models", null, ("api-key", key))).Status);
        var other = await client.CallAsync("GET", $"https://two.{Suffix}:{endpoint.Port}/openai/v1/models", null, ("api-key", key));
        Assert.Equal((HttpStatusCode.Unauthorized, "401"), (other.Status, other.ErrorCode));
        Assert.Equal(HttpStatusCode.OK, (await client.CallAsync("GET", $"{hub.HttpsAddress()}ai/one/openai/v1/models", null, ("api-key", key))).Status);
    }

    [Theory]
    [InlineData("https://ai.example.org")]
    [InlineData(".ai.example.org")]
    [InlineData("127.0.0.1")]
    public async Task A_suffix_that_is_no_name_is_refused_at_the_start(string suffix)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => HubServer.StartAsync(settings: ["--Listen:HostSuffix", suffix]));
        Assert.Contains($"Listen:HostSuffix is '{suffix}'", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Every name leads to this machine, and the installation's authority is trusted.</summary>
    private static HttpClient ClientWithoutDns(HubServer hub)
    {
        var handler = HubClients.TrustingHandler(Path.Combine(hub.Data, "tls", "ca.pem"));
        handler.ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        };
        return new(handler);
    }
}
