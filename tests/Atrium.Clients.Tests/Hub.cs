using Atrium.Clients.Tests;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Identity;
using Azure.ResourceManager;
using Azure.ResourceManager.Resources;

[assembly: AssemblyFixture(typeof(Hub))]

namespace Atrium.Clients.Tests;

/// <summary>One hub for all tests of this assembly, started as a user starts it. The clients are the published ones; only their trust store is ours.</summary>
public sealed class Hub : IAsyncLifetime
{
    private HubProcess process = null!;

    public string this[string name] => process[name];

    public HttpClientTransport Transport { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public ClientSecretCredential Credential { get; private set; } = null!;

    public ArmClient Arm { get; private set; } = null!;

    public ResourceGroupResource Group => Arm.GetResourceGroupResource(new($"/subscriptions/{this["subscriptionId"]}/resourceGroups/{this["resourceGroup"]}"));

    public ResourceIdentifier Workspace(string name) => new($"{Group.Id}/providers/Microsoft.MachineLearningServices/workspaces/{name}");

    public async ValueTask InitializeAsync()
    {
        process = await HubProcess.UpAsync(HubProcess.NewDataFolder());
        Http = new(process.TrustingHandler());
        Transport = new(Http);
        Credential = CredentialWith(this["clientSecret"]);
        var environment = new ArmEnvironment(new(this["httpsEndpoint"]), "https://management.azure.com");
        Arm = new(Credential, this["subscriptionId"], new ArmClientOptions { Environment = environment, Transport = Transport });
    }

    public ClientSecretCredential CredentialWith(string secret) => new(
        this["tenantId"],
        this["clientId"],
        secret,
        new ClientSecretCredentialOptions { AuthorityHost = new(this["httpsEndpoint"]), DisableInstanceDiscovery = true, Transport = Transport });

    public static string Unique(string prefix) => prefix + Guid.NewGuid().ToString("N")[..8];

    public async ValueTask DisposeAsync()
    {
        Http?.Dispose();
        if (process is not null)
        {
            await process.DisposeAsync();
        }
    }
}
