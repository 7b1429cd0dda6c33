using System.Net;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Subscriptions;

public sealed class ProviderOperationsTests : IAsyncLifetime
{
    private const string Root = "/providers/Microsoft.Authorization/providerOperations";
    private const string Version = "?api-version=2022-04-01";
    private HubServer hub = null!;

    public async ValueTask InitializeAsync() => hub = await HubServer.StartAsync(configure: OpenHouse.Configure, settings: ["--Models:Warm", "false"]);

    public ValueTask DisposeAsync() => hub.DisposeAsync();

    [Fact]
    public async Task A_provider_shows_what_roles_can_allow_on_each_of_its_types()
    {
        var vaults = await hub.Client.CallAsync("GET", $"{Root}/microsoft.keyvault{Version}");
        var types = vaults.Body["resourceTypes"]!.AsArray().ToDictionary(t => (string)t!["name"]!, t => t!["operations"]!.AsArray().Select(o => (string)o!["name"]!));
        Assert.Equal(["Microsoft.KeyVault/vaults/accessPolicies/write"], types["vaults/accessPolicies"]);
        Assert.Equal(["Microsoft.KeyVault/vaults/read", "Microsoft.KeyVault/vaults/write", "Microsoft.KeyVault/vaults/delete"], types["vaults"].Take(3));
        Assert.Contains("Microsoft.KeyVault/vaults/privateLinkResources/read", types["vaults"]);
    }

    [Fact]
    public async Task Actions_are_among_the_operations_and_each_provider_is_listed_once()
    {
        var all = (await hub.Client.CallAsync("GET", Root + Version)).Body["value"]!.AsArray();
        Assert.Equal(all.Count, all.Select(p => (string)p!["name"]!).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        var operations = all.SelectMany(p => p!["resourceTypes"]!.AsArray()).SelectMany(t => t!["operations"]!.AsArray()).Select(o => (string)o!["name"]!).ToList();
        Assert.Contains("Microsoft.CognitiveServices/accounts/listKeys/action", operations);
        Assert.Contains("Microsoft.MachineLearningServices/workspaces/read", operations);
    }

    [Fact]
    public async Task An_unknown_provider_is_not_found()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await hub.Client.CallAsync("GET", $"{Root}/Nobody.Nothing{Version}")).Status);
    }
}
