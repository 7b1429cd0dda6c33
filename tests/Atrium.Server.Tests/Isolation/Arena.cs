using System.Net;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Isolation;

/// <summary>One hub with all that projects share: account, vault, storage, registry.</summary>
public sealed class Arena : IAsyncLifetime
{
    /// <summary>A deployment of the hub's account that every project has.</summary>
    internal const string Chat = "quote";
    private const string Ml = "?api-version=2024-04-01";
    private readonly string group = $"/subscriptions/{Guid.NewGuid()}/resourceGroups/g";

    internal HubServer Server { get; private set; } = null!;

    internal HttpClient Administrator { get; private set; } = null!;

    internal NewHub Hub { get; private set; } = null!;

    /// <summary>May do everything with the vault's secrets and keys.</summary>
    internal HttpClient Officer { get; private set; } = null!;

    internal string Storage { get; private set; } = "";

    internal string Vault { get; private set; } = "";

    /// <summary>Where the account's blobs are.</summary>
    internal string Blobs => $"/{Storage.Split('/')[^1]}.blob";

    /// <summary>Where the account's file shares are.</summary>
    internal string Shares => $"/{Storage.Split('/')[^1]}.file";

    /// <summary>Where the vault's secrets are.</summary>
    internal string Secrets => $"/vaults/{Vault.Split('/')[^1]}";

    public async ValueTask InitializeAsync()
    {
        Server = await HubServer.StartAsync(settings: ["--Models:Warm", "false", "--Logging:LogLevel:Atrium", "Error"]);
        Administrator = await Server.OwnerAsync();
        Hub = await NewHub.MakeAsync(Administrator, group);
        var registry = $"{group}/providers/Microsoft.ContainerRegistry/registries/sharedregistry";
        Assert.Equal(HttpStatusCode.Created, (await Administrator.CallAsync("PUT", $"{registry}?api-version=2023-07-01", new { location = "local", sku = new { name = "Standard" } })).Status);
        var joined = await Administrator.CallAsync("PATCH", Hub.Id + Ml, new { properties = new { containerRegistry = registry } });
        Assert.True((int)joined.Status is 200 or 202, joined.ToString());
        var properties = (await Administrator.CallAsync("GET", Hub.Id + Ml)).Body["properties"]!;
        (Storage, Vault) = ((string)properties["storageAccount"]!, (string)properties["keyVault"]!);
        Officer = await Server.ClientForAsync("https://vault.azure.net", ("b86a8fe4-44ce-4948-aee5-eccb2c155cd7", Vault), ("14b46e9e-c2b7-41b4-b07b-48a6ebf60603", Vault));
        var deployed = await Administrator.CallAsync("PUT", $"{Hub.Account}/deployments/{Chat}?api-version=2024-10-01", new
        {
            sku = new { name = "Standard", capacity = 1 }, properties = new { model = new { format = "Atrium", name = "atrium-quote", version = "1" } },
        });
        Assert.True((int)deployed.Status is 200 or 201, deployed.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        Administrator.Dispose();
        Officer.Dispose();
        await Server.DisposeAsync();
    }

    internal string Workspace(string name) => $"{group}/providers/Microsoft.MachineLearningServices/workspaces/{name}";

    /// <summary>A role on a condition.</summary>
    internal async Task GrantAsync(string scope, string role, string principal, string condition)
    {
        var given = await Administrator.CallAsync("PUT", $"{scope}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01", new
        {
            properties = new { roleDefinitionId = $"/providers/Microsoft.Authorization/roleDefinitions/{role}", principalId = principal, condition, conditionVersion = "2.0" },
        });
        Assert.True(given.Status is HttpStatusCode.Created, given.ToString());
    }
}
