using System.Text.Json;
using System.Text.Json.Nodes;
using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.ResourceManager.Resources;

namespace Atrium.Clients.Tests;

/// <summary>Azure.Identity and Azure.ResourceManager.</summary>
public sealed class ManagementTests(Hub hub)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_client_secret_gets_a_token_for_management()
    {
        var token = await hub.Credential.GetTokenAsync(new(["https://management.azure.com/.default"]), Cancel);
        Assert.Equal(3, token.Token.Split('.').Length);
    }

    [Fact]
    public async Task A_wrong_secret_is_refused() =>
        await Assert.ThrowsAsync<AuthenticationFailedException>(async () => await hub.CredentialWith("wrong").GetTokenAsync(new(["https://management.azure.com/.default"]), Cancel));

    [Fact]
    public async Task Subscriptions_and_groups_are_listed()
    {
        var subscription = await hub.Arm.GetDefaultSubscriptionAsync(Cancel);
        Assert.Equal(hub["subscriptionId"], subscription.Data.SubscriptionId);
        var groups = new List<string>();
        await foreach (var group in subscription.GetResourceGroups().GetAllAsync(cancellationToken: Cancel))
        {
            groups.Add(group.Data.Name);
        }

        Assert.Contains(hub["resourceGroup"], groups);
    }

    [Fact]
    public async Task A_hub_and_its_project_are_made_changed_and_deleted_and_the_project_inherits()
    {
        var (hubName, projectName) = (Hub.Unique("hub"), Hub.Unique("prj"));
        var made = await Put(hubName, "hub", new JsonObject { ["friendlyName"] = "Team" });
        Assert.Equal("hub", made.Data.Kind, ignoreCase: true);
        var project = await Put(projectName, "project", new JsonObject { ["hubResourceId"] = hub.Workspace(hubName).ToString() });
        Assert.Equal("Enabled", Property(project, "publicNetworkAccess") ?? "Enabled");

        await Put(hubName, "hub", new JsonObject { ["friendlyName"] = "Team", ["publicNetworkAccess"] = "Disabled" });
        project = await hub.Arm.GetGenericResource(hub.Workspace(projectName)).GetAsync(Cancel);
        Assert.Equal("Disabled", Property(project, "publicNetworkAccess"));

        await hub.Arm.GetGenericResource(hub.Workspace(hubName)).DeleteAsync(WaitUntil.Completed, Cancel);
        var gone = await Assert.ThrowsAsync<RequestFailedException>(async () => await hub.Arm.GetGenericResource(hub.Workspace(projectName)).GetAsync(Cancel));
        Assert.Equal(404, gone.Status);
    }

    [Fact]
    public async Task A_project_without_a_hub_is_refused_with_the_field()
    {
        var refused = await Assert.ThrowsAsync<RequestFailedException>(() => Put(Hub.Unique("prj"), "project", []));
        Assert.Equal(400, refused.Status);
        Assert.Contains("hubResourceId", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Resources_of_the_group_are_listed_with_their_types()
    {
        var types = new List<string>();
        await foreach (var resource in hub.Group.GetGenericResourcesAsync(cancellationToken: Cancel))
        {
            types.Add(resource.Data.ResourceType.ToString());
        }

        Assert.Contains("Microsoft.MachineLearningServices/workspaces", types);
        Assert.Contains("Microsoft.CognitiveServices/accounts", types);
    }

    private async Task<GenericResource> Put(string name, string kind, JsonObject properties)
    {
        var data = new GenericResourceData(new AzureLocation("local"))
        {
            Kind = kind,
            Identity = new(Azure.ResourceManager.Models.ManagedServiceIdentityType.SystemAssigned),
            Properties = BinaryData.FromString(properties.ToJsonString()),
        };
        return (await hub.Arm.GetGenericResources().CreateOrUpdateAsync(WaitUntil.Completed, hub.Workspace(name), data, Cancel)).Value;
    }

    private static string? Property(GenericResource resource, string name) => (string?)JsonSerializer.Deserialize<JsonObject>(resource.Data.Properties)![name];
}
