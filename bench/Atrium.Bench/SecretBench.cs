using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Atrium.Bench;

/// <summary>Secrets read from the hub's vault over HTTPS, each read logged and decrypted, by one caller and by several.</summary>
internal static class SecretBench
{
    private const string V = "?api-version=7.5";
    private const string Officer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
    private const int Secrets = 200;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(4);

    public static async Task RunAsync()
    {
        await using var hub = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        using var client = await VaultClientAsync(hub);
        for (var i = 0; i < Secrets; i++)
        {
            (await client.PutAsJsonAsync($"secrets/s{i}{V}", new { value = new string('x', 64) })).EnsureSuccessStatusCode();
        }

        foreach (var callers in (int[])[1, 8, 32])
        {
            var rate = await Timing.RateAsync(callers, Length, async i => (await client.GetAsync($"secrets/s{i % Secrets}{V}")).EnsureSuccessStatusCode());
            Timing.Print($"secrets, {callers} callers: {rate.PerSecond:F0} reads/s, median {rate.P50:F2} ms, p99 {rate.P99:F2} ms");
        }
    }

    private static async Task<HttpClient> VaultClientAsync(HubProcess hub)
    {
        using var management = await hub.ManagementClientAsync();
        var workspace = $"/subscriptions/{hub["subscriptionId"]}/resourceGroups/{hub["resourceGroup"]}/providers/Microsoft.MachineLearningServices/workspaces/{hub["hub"]}?api-version=2024-04-01";
        var vault = (string)JsonNode.Parse(await management.GetStringAsync(workspace))!["properties"]!["keyVault"]!;
        var token = management.DefaultRequestHeaders.Authorization!.Parameter!;
        var me = (string)JsonNode.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[1]))!["oid"]!;
        var assignment = new { properties = new { roleDefinitionId = $"/providers/Microsoft.Authorization/roleDefinitions/{Officer}", principalId = me } };
        (await management.PutAsJsonAsync($"{vault}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01", assignment)).EnsureSuccessStatusCode();
        var address = (string)JsonNode.Parse(await management.GetStringAsync($"{vault}?api-version=2023-07-01"))!["properties"]!["vaultUri"]!;
        var client = new HttpClient(hub.TrustingHandler()) { BaseAddress = new(address.TrimEnd('/') + "/") };
        var form = new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = hub["clientId"],
            ["client_secret"] = hub["clientSecret"],
            ["scope"] = "https://vault.azure.net/.default",
        });
        var answer = await client.PostAsync($"{hub["httpsEndpoint"].TrimEnd('/')}/{hub["tenantId"]}/oauth2/v2.0/token", form);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!);
        return client;
    }
}
