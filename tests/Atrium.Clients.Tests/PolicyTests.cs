using System.Text.Json;
using Azure;
using Azure.Core;
using Azure.ResourceManager.Resources;
using Azure.ResourceManager.Resources.Models;

namespace Atrium.Clients.Tests;

/// <summary>Policies by Azure.ResourceManager: built-in and own definitions, assignments, and what they refuse.</summary>
public sealed class PolicyTests(Hub hub)
{
    private const string Categories = "a7d10000-0002-4a00-8a00-a7c1b0000002";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SubscriptionResource Subscription => hub.Arm.GetSubscriptionResource(new($"/subscriptions/{hub["subscriptionId"]}"));

    [Fact]
    public async Task Built_in_definitions_are_found_and_read()
    {
        var tenant = hub.Arm.GetTenants().First();
        var names = new List<string>();
        await foreach (var definition in tenant.GetTenantPolicyDefinitions().GetAllAsync(cancellationToken: Cancel))
        {
            names.Add(definition.Data.DisplayName);
        }

        Assert.Contains("Require a tag on resources", names);
        var one = (await tenant.GetTenantPolicyDefinitionAsync(Categories, Cancel)).Value;
        Assert.Equal((PolicyType.BuiltIn, "All"), (one.Data.PolicyType!.Value, one.Data.Mode));
        Assert.Equal(ArmPolicyParameterType.Array, one.Data.Parameters["allowedCategories"].ParameterType!.Value);
    }

    [Fact]
    public async Task An_assignment_at_the_hub_is_obeyed_in_its_project_changed_listed_and_taken_away()
    {
        var assignments = hub.Arm.GetGenericResource(hub.Workspace(hub["hub"])).GetPolicyAssignments();
        var name = Hub.Unique("pol");
        var data = new PolicyAssignmentData
        {
            DisplayName = "Only Git",
            PolicyDefinitionId = $"/providers/Microsoft.Authorization/policyDefinitions/{Categories}",
            Parameters = { ["allowedCategories"] = new() { Value = BinaryData.FromObjectAsJson(new[] { "Git" }) } },
            NonComplianceMessages = { new("Connections are made by the platform team.") },
        };
        var made = (await assignments.CreateOrUpdateAsync(WaitUntil.Completed, name, data, Cancel)).Value;
        try
        {
            Assert.Equal((hub.Workspace(hub["hub"]).ToString(), "Default"), (made.Data.Scope, made.Data.EnforcementMode!.Value.ToString()));
            var refused = await Assert.ThrowsAsync<RequestFailedException>(() => Connect("CustomKeys"));
            Assert.Equal((403, "RequestDisallowedByPolicy"), (refused.Status, refused.ErrorCode));
            Assert.Contains("Only Git", refused.Message, StringComparison.Ordinal);
            Assert.Contains("Connections are made by the platform team.", refused.Message, StringComparison.Ordinal);
            await Connect("Git");

            var listed = new List<string>();
            await foreach (var assignment in hub.Group.GetPolicyAssignments().GetAllAsync(cancellationToken: Cancel))
            {
                listed.Add(assignment.Data.Name);
            }

            Assert.Contains(name, listed);
            Assert.Equal("Only Git", (await assignments.GetAsync(name, Cancel)).Value.Data.DisplayName);
        }
        finally
        {
            await made.DeleteAsync(WaitUntil.Completed, Cancel);
        }

        Assert.False(await assignments.ExistsAsync(name, Cancel));
        await Connect("CustomKeys");
    }

    [Fact]
    public async Task A_definition_of_ones_own_is_made_assigned_at_the_subscription_and_deleted()
    {
        var name = Hub.Unique("def");
        var tag = Hub.Unique("tag");
        var definition = new PolicyDefinitionData
        {
            DisplayName = $"Marked with {tag}",
            Mode = "All",
            Parameters = { ["prefix"] = new() { ParameterType = ArmPolicyParameterType.String } },
            PolicyRule = BinaryData.FromString("""
                {"if":{"allOf":[{"field":"type","equals":"Microsoft.MachineLearningServices/workspaces/connections"},{"field":"name","like":"[concat(parameters('prefix'), '*')]"}]},"then":{"effect":"deny"}}
                """),
        };
        var made = (await Subscription.GetSubscriptionPolicyDefinitions().CreateOrUpdateAsync(WaitUntil.Completed, name, definition, Cancel)).Value;
        Assert.Equal(PolicyType.Custom, made.Data.PolicyType!.Value);
        var data = new PolicyAssignmentData { PolicyDefinitionId = made.Id, Parameters = { ["prefix"] = new() { Value = BinaryData.FromObjectAsJson(tag) } } };
        var assigned = (await Subscription.GetPolicyAssignments().CreateOrUpdateAsync(WaitUntil.Completed, name, data, Cancel)).Value;
        try
        {
            await Connect("Git");
            Assert.Equal("RequestDisallowedByPolicy", (await Assert.ThrowsAsync<RequestFailedException>(() => Connect("Git", tag + "x"))).ErrorCode);
        }
        finally
        {
            await assigned.DeleteAsync(WaitUntil.Completed, Cancel);
            await made.DeleteAsync(WaitUntil.Completed, Cancel);
        }
    }

    [Fact]
    public async Task A_wrong_parameter_is_refused_with_its_name()
    {
        var data = new PolicyAssignmentData { PolicyDefinitionId = $"/providers/Microsoft.Authorization/policyDefinitions/{Categories}", Parameters = { ["allowed"] = new() { Value = BinaryData.FromString("[]") } } };
        var refused = await Assert.ThrowsAsync<RequestFailedException>(async () => await hub.Group.GetPolicyAssignments().CreateOrUpdateAsync(WaitUntil.Completed, Hub.Unique("pol"), data, Cancel));
        Assert.Equal(400, refused.Status);
        Assert.Contains("allowedCategories", refused.Message, StringComparison.Ordinal);
    }

    private async Task Connect(string category, string? name = null)
    {
        var id = new ResourceIdentifier($"{hub.Workspace(hub["project"])}/connections/{name ?? Hub.Unique("con")}");
        var data = new GenericResourceData(new AzureLocation("local"))
        {
            Properties = BinaryData.FromString(JsonSerializer.Serialize(new { category, authType = "None", target = "https://example.org" })),
        };
        await hub.Arm.GetGenericResources().CreateOrUpdateAsync(WaitUntil.Completed, id, data, Cancel);
    }
}
