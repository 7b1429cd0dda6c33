using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Crash;

/// <summary>kill -9 of the server while clients write secrets: what a client was told is set is there, byte for byte, and no version is there by half.</summary>
public sealed class VaultCrashTests
{
    private const string V = "?api-version=7.5";
    private const string Officer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
    private const int Writers = 3;
    private const int Kills = 5;
    private const int WritesOfALife = 25;
    private const int LongestMoment = 20;
    private const int Names = 3;
    private readonly ConcurrentDictionary<string, string> acknowledged = [];
    private readonly ConcurrentBag<string> sent = [];
    private KillableHub hub = null!;
    private string vault = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_kills_at_random_moments_every_acknowledged_secret_is_there_and_every_version_has_a_value_that_was_sent()
    {
        using var made = await KillableHub.StartAsync("--Models:Warm", "false");
        hub = made;
        await OpenVaultAsync();
        await hub.CrashUnderAsync(Kills, Writers, WriteAsync, () => acknowledged.Count, WritesOfALife, LongestMoment);
        TestContext.Current.TestOutputHelper!.WriteLine($"{acknowledged.Count} acknowledged, {sent.Count - acknowledged.Count} cut");
        Assert.True(sent.Count > acknowledged.Count, "No write was cut.");
        using var client = await ClientAsync();
        foreach (var (version, value) in acknowledged)
        {
            Assert.Equal(value, (string?)(await client.CallAsync("GET", version + V)).Body["value"]);
        }

        await DemandWholeAsync(client);
    }

    /// <summary>Each version that a list shows is read, and has a value that somebody sent.</summary>
    private async Task DemandWholeAsync(HttpClient client)
    {
        var values = sent.ToHashSet();
        foreach (var name in Enumerable.Range(0, Writers).SelectMany(writer => Enumerable.Range(0, Names).Select(i => $"s-{writer}-{i}")))
        {
            for (var next = $"{vault}/secrets/{name}/versions{V}"; next is { Length: > 0 };)
            {
                var page = (await client.CallAsync("GET", next)).Body;
                foreach (var version in page["value"]?.AsArray() ?? [])
                {
                    var read = await client.CallAsync("GET", PathOf(version!["id"]) + V);
                    Assert.True(values.Contains((string?)read.Body["value"] ?? ""), $"{version}: {read}");
                }

                next = (string?)page["nextLink"] is { } link ? new Uri(link).PathAndQuery : "";
            }
        }
    }

    private async Task WriteAsync(int number, CancellationToken over)
    {
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var value = RandomNumberGenerator.GetHexString(200);
            sent.Add(value);
            try
            {
                using var client = await ClientAsync();
                var set = await client.CallAsync("PUT", $"{vault}/secrets/s-{number}-{i % Names}{V}", new { value });
                if (set.Status is HttpStatusCode.OK)
                {
                    acknowledged[PathOf(set.Body["id"])] = value;
                }
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException)
            {
                // It may be there or not; nobody was told.
            }
        }
    }

    private async Task OpenVaultAsync()
    {
        var management = (await hub.ClientsAsync()).Management;
        var workspace = $"/subscriptions/{hub["subscriptionId"]}/resourceGroups/{hub["resourceGroup"]}/providers/Microsoft.MachineLearningServices/workspaces/{hub["hub"]}";
        var id = (string)(await management.CallAsync("GET", $"{workspace}?api-version=2024-04-01")).Body["properties"]!["keyVault"]!;
        var me = (string)System.Text.Json.Nodes.JsonNode.Parse(Base64(management.DefaultRequestHeaders.Authorization!.Parameter!.Split('.')[1]))!["oid"]!;
        await management.AssignAsync(id, Officer, me);
        vault = new Uri((string)(await management.CallAsync("GET", $"{id}?api-version=2023-07-01")).Body["properties"]!["vaultUri"]!).AbsolutePath.TrimEnd('/');
    }

    private async Task<HttpClient> ClientAsync()
    {
        var management = (await hub.ClientsAsync()).Management;
        var client = new HttpClient(HubClients.TrustingHandler(hub["caFile"])) { BaseAddress = management.BaseAddress };
        var token = await client.TokenAsync(hub["tenantId"], ("grant_type", "client_credentials"), ("client_id", hub["clientId"]), ("client_secret", hub["clientSecret"]), ("scope", "https://vault.azure.net/.default"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string?)token.Body["access_token"]);
        return client;
    }

    /// <summary>An id is at the root of the host, where the vault has no host of its own.</summary>
    private string PathOf(System.Text.Json.Nodes.JsonNode? id) => vault + new Uri((string)id!).AbsolutePath;

    private static byte[] Base64(string text) => System.Buffers.Text.Base64Url.DecodeFromChars(text);
}
