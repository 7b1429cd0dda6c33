using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Crash;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Registry;

/// <summary>kill -9 of the server while clients push images: an image that was acknowledged is there whole, and nothing shows that is not what its digest says.</summary>
public sealed class RegistryCrashTests
{
    private const int Writers = 3;
    private const int Kills = 5;
    private const int PushesOfALife = 10;
    private const int LongestMoment = 30;
    private const int LongestLayer = 3_000_000;
    private readonly ConcurrentDictionary<string, string> acknowledged = [];
    private readonly ConcurrentBag<string> begun = [];
    private KillableHub hub = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task After_kills_at_random_moments_every_acknowledged_image_is_whole_and_every_tag_leads_to_one()
    {
        using var made = await KillableHub.StartAsync("--Models:Warm", "false");
        hub = made;
        await hub.CrashUnderAsync(Kills, Writers, PushAsync, () => acknowledged.Count, PushesOfALife, LongestMoment);
        TestContext.Current.TestOutputHelper!.WriteLine($"{acknowledged.Count} acknowledged, {begun.Count - acknowledged.Count} cut");
        Assert.True(begun.Count > acknowledged.Count, "No push was cut.");
        for (var number = 0; number < Writers; number++)
        {
            using var client = await ClientAsync(Repository(number));
            var tags = (await client.CallAsync("GET", $"/v2/{Repository(number)}/tags/list")).Body["tags"]!.AsArray().Select(tag => (string)tag!).ToHashSet();
            Assert.All(acknowledged.Keys.Where(name => name.StartsWith($"{number}/", StringComparison.Ordinal)), name => Assert.Contains(name.Split('/')[1], tags));
            foreach (var tag in tags)
            {
                await DemandWholeAsync(client, number, tag);
            }
        }
    }

    private async Task DemandWholeAsync(HttpClient client, int number, string tag)
    {
        using var answer = await RegistryScene.SendAsync(client, "GET", $"/v2/{Repository(number)}/manifests/{tag}");
        Assert.Equal(200, (int)answer.StatusCode);
        var manifest = await answer.Content.ReadAsByteArrayAsync(Cancel);
        if (acknowledged.TryGetValue($"{number}/{tag}", out var digest))
        {
            Assert.Equal(digest, RegistryScene.DigestOf(manifest));
        }

        var body = JsonNode.Parse(manifest)!;
        foreach (var named in body["layers"]!.AsArray().Append(body["config"]))
        {
            using var blob = await RegistryScene.SendAsync(client, "GET", $"/v2/{Repository(number)}/blobs/{named!["digest"]}");
            Assert.Equal(200, (int)blob.StatusCode);
            Assert.Equal((string)named["digest"]!, RegistryScene.DigestOf(await blob.Content.ReadAsByteArrayAsync(Cancel)));
        }
    }

    private async Task PushAsync(int number, CancellationToken over)
    {
        for (var i = 0; !over.IsCancellationRequested; i++)
        {
            var name = $"{number}/v{i}";
            begun.Add(name);
            try
            {
                using var client = await ClientAsync(Repository(number));
                var config = await SendBlobAsync(client, number, Encoding.UTF8.GetBytes($"config {i}"));
                var layer = await SendBlobAsync(client, number, RandomNumberGenerator.GetBytes(1 + RandomNumberGenerator.GetInt32(LongestLayer)));
                var manifest = RegistryScene.Manifest(config, [layer]);
                using var put = await RegistryScene.SendAsync(client, "PUT", $"/v2/{Repository(number)}/manifests/v{i}", manifest, RegistryScene.OciManifest);
                if ((int)put.StatusCode == 201)
                {
                    acknowledged[name] = RegistryScene.DigestOf(manifest);
                }
            }
            catch (Exception cut) when (cut is HttpRequestException or IOException)
            {
                // It may be there or not; nobody was told.
            }
        }
    }

    private static async Task<string> SendBlobAsync(HttpClient client, int number, byte[] content)
    {
        var digest = RegistryScene.DigestOf(content);
        using var begin = await client.PostAsync(new Uri($"/v2/{Repository(number)}/blobs/uploads/", UriKind.Relative), null, Cancel);
        var location = begin.Headers.Location ?? throw new HttpRequestException($"{begin.StatusCode}");
        using var chunk = await RegistryScene.SendAsync(client, "PATCH", location.ToString(), content[..(content.Length / 2)], "application/octet-stream");
        using var end = await RegistryScene.SendAsync(client, "PUT", $"{location}?digest={digest}", content[(content.Length / 2)..], "application/octet-stream");
        return (int)end.StatusCode == 201 ? digest : throw new HttpRequestException($"{end.StatusCode}");
    }

    private async Task<HttpClient> ClientAsync(string repository)
    {
        var management = (await hub.ClientsAsync()).Management;
        var client = new HttpClient(HubClients.TrustingHandler(hub["caFile"])) { BaseAddress = management.BaseAddress };
        var answer = await client.CallAsync("GET", $"/oauth2/token?service=atrium&scope=repository:{repository}:pull,push", null, ("Authorization", RegistryScene.Basic(hub["clientId"], hub["clientSecret"])));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string?)answer.Body["token"] ?? throw new HttpRequestException(answer.ToString()));
        return client;
    }

    private static string Repository(int number) => $"apps/crash{number}";
}
