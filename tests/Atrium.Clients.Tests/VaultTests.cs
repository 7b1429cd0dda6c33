using System.IdentityModel.Tokens.Jwt;
using System.Net;
using System.Net.Http.Json;
using Azure;
using Azure.Security.KeyVault.Secrets;

namespace Atrium.Clients.Tests;

/// <summary>Azure.Security.KeyVault.Secrets against the vault that came with the first hub.</summary>
public sealed class VaultTests(Hub hub)
{
    private const string Officer = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_secret_is_set_read_changed_deleted_recovered_backed_up_purged_and_restored()
    {
        var client = await ClientAsync();
        var name = Hub.Unique("secret-");
        await client.SetSecretAsync(name, "one", Cancel);
        var second = new KeyVaultSecret(name, "two") { Properties = { ContentType = "text/plain", ExpiresOn = new DateTimeOffset(2040, 1, 1, 0, 0, 0, TimeSpan.Zero), Tags = { ["team"] = "a" } } };
        await client.SetSecretAsync(second, Cancel);

        var read = (await client.GetSecretAsync(name, cancellationToken: Cancel)).Value;
        Assert.Equal(("two", "text/plain", "a", name), (read.Value, read.Properties.ContentType, read.Properties.Tags["team"], read.Name));
        Assert.Equal("Recoverable+Purgeable", read.Properties.RecoveryLevel);
        Assert.Equal(2, await client.GetPropertiesOfSecretVersionsAsync(name, Cancel).CountAsync(Cancel));
        Assert.True(await client.GetPropertiesOfSecretsAsync(Cancel).AnyAsync(p => p.Name == name, Cancel));

        read.Properties.Tags["team"] = "b";
        Assert.Equal("b", (await client.UpdateSecretPropertiesAsync(read.Properties, Cancel)).Value.Tags["team"]);

        var deletion = await client.StartDeleteSecretAsync(name, Cancel);
        await deletion.WaitForCompletionAsync(Cancel);
        Assert.NotNull(deletion.Value.ScheduledPurgeDate);
        Assert.Equal(404, (await Assert.ThrowsAsync<RequestFailedException>(() => client.GetSecretAsync(name, cancellationToken: Cancel))).Status);
        Assert.True(await client.GetDeletedSecretsAsync(Cancel).AnyAsync(s => s.Name == name, Cancel));
        await (await client.StartRecoverDeletedSecretAsync(name, Cancel)).WaitForCompletionAsync(Cancel);

        var backup = (await client.BackupSecretAsync(name, Cancel)).Value;
        await (await client.StartDeleteSecretAsync(name, Cancel)).WaitForCompletionAsync(Cancel);
        await client.PurgeDeletedSecretAsync(name, Cancel);
        Assert.Equal(name, (await client.RestoreSecretBackupAsync(backup, Cancel)).Value.Name);
        Assert.Equal("two", (await client.GetSecretAsync(name, cancellationToken: Cancel)).Value.Value);
    }

    [Fact]
    public async Task A_secret_that_is_not_there_is_told_by_its_code()
    {
        var missing = await Assert.ThrowsAsync<RequestFailedException>(async () => await (await ClientAsync()).GetSecretAsync("no-such-secret", cancellationToken: Cancel));
        Assert.Equal((404, "SecretNotFound"), (missing.Status, missing.ErrorCode));
    }

    private async Task<SecretClient> ClientAsync()
    {
        var vault = (string)System.Text.Json.Nodes.JsonNode.Parse(await GetAsync(hub.Workspace(hub["hub"]).ToString(), "2024-04-01"))!["properties"]!["keyVault"]!;
        var token = (await hub.Credential.GetTokenAsync(new(["https://management.azure.com/.default"]), Cancel)).Token;
        var principal = (string)new JwtSecurityToken(token).Payload["oid"];
        using var assign = new HttpRequestMessage(HttpMethod.Put, $"{hub["httpsEndpoint"]}{vault}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01")
        {
            Content = JsonContent.Create(new { properties = new { roleDefinitionId = $"/providers/Microsoft.Authorization/roleDefinitions/{Officer}", principalId = principal } }),
            Headers = { Authorization = new("Bearer", token) },
        };
        Assert.Contains((await hub.Http.SendAsync(assign, Cancel)).StatusCode, (HttpStatusCode[])[HttpStatusCode.Created, HttpStatusCode.Conflict]);
        var address = (string)System.Text.Json.Nodes.JsonNode.Parse(await GetAsync(vault, "2023-07-01"))!["properties"]!["vaultUri"]!;
        return new(new(address), hub.Credential, new() { Transport = hub.Transport, DisableChallengeResourceVerification = true });
    }

    private async Task<string> GetAsync(string id, string version)
    {
        var token = (await hub.Credential.GetTokenAsync(new(["https://management.azure.com/.default"]), Cancel)).Token;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{hub["httpsEndpoint"]}{id}?api-version={version}") { Headers = { Authorization = new("Bearer", token) } };
        return await (await hub.Http.SendAsync(request, Cancel)).Content.ReadAsStringAsync(Cancel);
    }
}
