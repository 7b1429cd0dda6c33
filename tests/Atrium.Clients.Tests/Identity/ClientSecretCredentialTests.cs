using Atrium.Server.Tests.Support;
using Azure;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.ResourceManager;
using Azure.ResourceManager.Resources.Models;

namespace Atrium.Clients.Tests.Identity;

/// <summary>The official .NET identity library, unmodified, and the management client with its token.</summary>
public sealed class ClientSecretCredentialTests : IAsyncLifetime
{
    private HubServer hub = null!;
    private HttpClient http = null!;

    public async ValueTask InitializeAsync()
    {
        hub = await HubServer.StartAsync();
        http = hub.HttpsClient();
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await hub.DisposeAsync();
    }

    [Theory]
    [InlineData("https://management.azure.com/.default")]
    [InlineData("https://vault.azure.net/.default")]
    [InlineData("https://cognitiveservices.azure.com/.default")]
    [InlineData("https://ai.azure.com/.default")]
    [InlineData("https://search.azure.com/.default")]
    [InlineData("https://storage.azure.com/.default")]
    public async Task It_gets_a_token_for_each_published_resource(string scope)
    {
        var token = await (await CredentialAsync()).GetTokenAsync(new([scope]), TestContext.Current.CancellationToken);
        Assert.Equal(3, token.Token.Split('.').Length);
        Assert.InRange(token.ExpiresOn - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(55), TimeSpan.FromMinutes(61));
    }

    [Fact]
    public async Task A_wrong_secret_is_told_in_the_librarys_own_exception()
    {
        var credential = await CredentialAsync("wrong");
        var failure = await Assert.ThrowsAsync<AuthenticationFailedException>(async () =>
            await credential.GetTokenAsync(new(["https://management.azure.com/.default"]), TestContext.Current.CancellationToken));
        Assert.Contains("AADSTS7000215: Invalid client secret", failure.InnerException!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_management_client_makes_a_group_and_locks_it()
    {
        var cancel = TestContext.Current.CancellationToken;
        var subscription = Guid.NewGuid().ToString();
        using var owner = await hub.OwnerAsync();
        await owner.CallAsync("PUT", $"/subscriptions/{subscription}?api-version=2022-12-01", new { displayName = "Test" });

        var client = new ArmClient(await CredentialAsync(), subscription, new ArmClientOptions
        {
            Environment = new ArmEnvironment(hub.HttpsAddress(), "https://management.azure.com"),
            Transport = new HttpClientTransport(http),
        });
        var groups = (await client.GetDefaultSubscriptionAsync(cancel)).GetResourceGroups();
        var group = (await groups.CreateOrUpdateAsync(WaitUntil.Completed, "team", new(AzureLocation.WestEurope), cancel)).Value;
        var locked = (await group.GetManagementLocks().CreateOrUpdateAsync(WaitUntil.Completed, "keep", new(ManagementLockLevel.CanNotDelete), cancel)).Value;
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => group.DeleteAsync(WaitUntil.Completed, cancellationToken: cancel));
        Assert.Equal((409, "ScopeLocked"), (refused.Status, refused.ErrorCode));
        await locked.DeleteAsync(WaitUntil.Completed, cancel);
        await group.DeleteAsync(WaitUntil.Completed, cancellationToken: cancel);
        Assert.False(await groups.ExistsAsync("team", cancel));
    }

    private async Task<ClientSecretCredential> CredentialAsync(string? secret = null)
    {
        var first = await hub.FirstAsync();
        return new(hub.TenantId(), first.AppId, secret ?? first.ClientSecret, new ClientSecretCredentialOptions
        {
            AuthorityHost = hub.HttpsAddress(),
            DisableInstanceDiscovery = true,
            Transport = new HttpClientTransport(http),
            Retry = { MaxRetries = 0 },
        });
    }
}
