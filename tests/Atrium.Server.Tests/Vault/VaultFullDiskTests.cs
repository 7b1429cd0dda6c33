using System.Net;
using System.Security.Cryptography;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Vault;

/// <summary>A vault whose disk is full, a real one: what does not fit is refused by its name and leaves no version, what was acknowledged stays, and with room again all goes on.</summary>
public sealed class VaultFullDiskTests
{
    private const string SecretsOfficer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
    private const string CryptoOfficer = "14b46e9e-c2b7-41b4-b07b-48a6ebf60603";
    private const string V = "?api-version=7.5";
    private const int LongestSecretBytes = 20_000;

    [Fact]
    public async Task Secrets_and_keys_that_do_not_fit_are_refused_and_what_was_acknowledged_stays()
    {
        using var disk = SmallDisk.Mount(megabytes: 64);
        var data = Path.Combine(disk.Path, "data");
        Directory.CreateDirectory(data);
        await using var hub = await HubServer.StartAsync(data, settings: ["--Models:Warm", "false"]);
        using var owner = await hub.OwnerAsync();
        var group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";
        await owner.CallAsync("PUT", $"{group.Split("/resourceGroups")[0]}?api-version=2024-07-01", new { displayName = "t" });
        await owner.CallAsync("PUT", $"{group}?api-version=2024-07-01", new { location = "local" });
        var vault = $"{group}/providers/Microsoft.KeyVault/vaults/full";
        await owner.CallAsync("PUT", $"{vault}?api-version=2023-07-01", new { location = "local", properties = new { sku = new { family = "A", name = "standard" }, enableRbacAuthorization = true } });
        using var officer = await hub.ClientForAsync("https://vault.azure.net", (SecretsOfficer, vault), (CryptoOfficer, vault));
        async Task<Answer> SetAsync(string name, string value) => await officer.CallAsync("PUT", $"/vaults/full/secrets/{name}{V}", new { value });
        Assert.Equal(HttpStatusCode.OK, (await SetAsync("first", "kept")).Status);

        disk.Fill(leavingBytes: 2_000_000);
        var kept = new Dictionary<string, string>();
        Answer refused;
        do
        {
            var (name, value) = ($"s{kept.Count}", RandomNumberGenerator.GetHexString(LongestSecretBytes));
            refused = await SetAsync(name, value);
            if (refused.Status == HttpStatusCode.OK)
            {
                kept[name] = value;
            }
        }
        while (refused.Status == HttpStatusCode.OK && kept.Count < 1000);

        Assert.Equal((HttpStatusCode.InsufficientStorage, "InsufficientStorage"), (refused.Status, refused.ErrorCode));
        Assert.NotEmpty(kept);

        // A page more or less may still be had by what is small; it is there whole or not at all.
        var key = await officer.CallAsync("POST", $"/vaults/full/keys/k/create{V}", new { kty = "RSA", key_size = 4096, tags = new { text = RandomNumberGenerator.GetHexString(250) } });
        Assert.True(key.Status is HttpStatusCode.OK or HttpStatusCode.InsufficientStorage, key.ToString());

        disk.GiveRoom();
        Assert.Equal(key.Status is HttpStatusCode.OK ? HttpStatusCode.OK : HttpStatusCode.NotFound, (await officer.CallAsync("GET", $"/vaults/full/keys/k{V}")).Status);
        foreach (var (name, value) in kept)
        {
            Assert.Equal(value, (string?)(await officer.CallAsync("GET", $"/vaults/full/secrets/{name}{V}")).Body["value"]);
        }

        var lost = $"s{kept.Count}";
        Assert.Equal(HttpStatusCode.NotFound, (await officer.CallAsync("GET", $"/vaults/full/secrets/{lost}{V}")).Status);
        Assert.Empty((await officer.CallAsync("GET", $"/vaults/full/secrets/{lost}/versions{V}")).Body["value"]?.AsArray() ?? []);
        Assert.Equal(HttpStatusCode.OK, (await SetAsync(lost, "there is room")).Status);
        Assert.Equal("kept", (string?)(await officer.CallAsync("GET", $"/vaults/full/secrets/first{V}")).Body["value"]);
    }
}
