using System.Net;
using Atrium.Persistence;
using Atrium.Server.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Atrium.Server.Tests.Policies;

/// <summary>Policies through the resource API: what they refuse, what they note, what they report, and what a policy cannot be.</summary>
public sealed class PolicyTests(PolicyScene scene) : IClassFixture<PolicyScene>
{
    private const string Allowed = "use-lite-en";
    private const string Other = "quotes-en";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Models_that_are_not_allowed_at_the_hub_are_refused_on_its_account_and_in_its_projects_at_once()
    {
        await using (await scene.AssignAsync(scene.Hub, PolicyScene.Models, new { allowedModels = new { value = new[] { Allowed.ToUpperInvariant() } } }, message: "Ask the platform team."))
        {
            foreach (var place in (string[])[scene.Account, scene.Project])
            {
                var refused = await scene.DeployAsync(place, "gpt-4o");
                Assert.Equal((HttpStatusCode.Forbidden, "RequestDisallowedByPolicy"), (refused.Status, refused.ErrorCode));
                Assert.Contains("Ask the platform team.", (string)refused.Body["error"]!["message"]!, StringComparison.Ordinal);
                var info = Assert.Single(refused.Body["error"]!["additionalInfo"]!.AsArray())!;
                Assert.Equal(("PolicyViolation", scene.Hub, "deny"), ((string?)info["type"], (string?)info["info"]!["policyAssignmentScope"], (string?)info["info"]!["policyDefinitionEffect"]));
                Assert.Contains(info["info"]!["evaluationDetails"]!["evaluatedExpressions"]!.AsArray(), e => (string?)e!["expressionValue"] == "gpt-4o" && (string?)e["operator"] == "notIn");
                Assert.True((int)(await scene.DeployAsync(place, Allowed)).Status is 200 or 201 or 202);
            }
        }

        Assert.NotEqual("RequestDisallowedByPolicy", (await scene.DeployAsync(scene.Project, "gpt-4o")).ErrorCode);
    }

    [Fact]
    public async Task A_refusal_leaves_nothing_but_its_row_in_the_activity_log()
    {
        await using var assigned = await scene.AssignAsync(scene.Project, PolicyScene.Categories, new { allowedCategories = new { value = new[] { "AzureOpenAI" } } });
        var refused = await scene.ConnectAsync(scene.Project, "CustomKeys");
        Assert.Equal("RequestDisallowedByPolicy", refused.ErrorCode);
        var id = refused.Message.RequestMessage!.RequestUri!.AbsolutePath;
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Owner.CallAsync("GET", id + PolicyScene.Ml)).Status);
        await scene.Server.Services.GetRequiredService<Atrium.Server.Audit.ActivityTrail>().FlushAsync(Cancel);
        var rows = await scene.Server.Services.GetRequiredService<IAtriumStore>().ListActivityAsync(new() { ResourcePrefix = id, Take = 10 }, Cancel);
        Assert.Equal("Microsoft.Authorization/policies/deny/action", Assert.Single(rows).Operation);
    }

    [Fact]
    public async Task All_policies_that_refuse_are_named_at_once_and_the_one_that_does_not_look_is_not()
    {
        await using var models = await scene.AssignAsync(scene.Subscription, PolicyScene.Models, new { allowedModels = new { value = new[] { Allowed } } });
        await using var capacity = await scene.AssignAsync(scene.Group, PolicyScene.Capacity, new { maxCapacity = new { value = 10 } });
        await using var categories = await scene.AssignAsync(scene.Group, PolicyScene.Categories, new { allowedCategories = new { value = new[] { "AzureOpenAI" } } });
        var refused = await scene.DeployAsync(scene.Account, Other, capacity: 11);
        Assert.Equal([models.Id, capacity.Id], refused.Body["error"]!["additionalInfo"]!.AsArray().Select(i => (string)i!["info"]!["policyAssignmentId"]!).Order(StringComparer.Ordinal), Sets);
        Assert.Equal([capacity.Id], (await scene.DeployAsync(scene.Account, Allowed, capacity: 11)).Body["error"]!["additionalInfo"]!.AsArray().Select(i => (string)i!["info"]!["policyAssignmentId"]!));
        Assert.True((int)(await scene.DeployAsync(scene.Account, Allowed, capacity: 10)).Status < 300);
    }

    [Fact]
    public async Task A_required_tag_is_required_of_what_is_made_changed_and_stripped()
    {
        var vault = $"{scene.Group}/providers/Microsoft.KeyVault/vaults/v{Guid.NewGuid():N}"[..^12];
        object Vault(object tags) => new { location = "local", tags, properties = new { tenantId = Guid.NewGuid(), sku = new { family = "A", name = "standard" }, accessPolicies = Array.Empty<object>() } };
        await using (await scene.AssignAsync(scene.Group, PolicyScene.Tag, new { tagName = new { value = "team" } }))
        {
            Assert.Equal("RequestDisallowedByPolicy", (await scene.Owner.CallAsync("PUT", $"{vault}?api-version=2023-07-01", Vault(new { }))).ErrorCode);
            Assert.Equal(HttpStatusCode.Created, (await scene.Owner.CallAsync("PUT", $"{vault}?api-version=2023-07-01", Vault(new { Team = "a" }))).Status);
            Assert.Equal("RequestDisallowedByPolicy", (await scene.Owner.CallAsync("PATCH", $"{vault}?api-version=2023-07-01", new { tags = new { Team = (string?)null } })).ErrorCode);
            Assert.Equal("RequestDisallowedByPolicy", (await scene.Owner.CallAsync("DELETE", $"{vault}/providers/Microsoft.Resources/tags/default?api-version=2024-07-01")).ErrorCode);

            // A deployment has tags and no location: the mode Indexed leaves it alone, as it does connections.
            Assert.True((int)(await scene.ConnectAsync(scene.Project, "CustomKeys")).Status < 300);
        }
    }

    /// <summary>What is written by way of a part of a resource is the resource's own write.</summary>
    [Fact]
    public async Task A_part_of_a_resource_is_no_way_past_a_policy()
    {
        var id = $"{scene.Subscription}/providers/Microsoft.Authorization/policyDefinitions/parts-{Guid.NewGuid():N}";
        var vault = $"{scene.Group}/providers/Microsoft.KeyVault/vaults/v{Guid.NewGuid():N}"[..^12];
        Assert.Equal(HttpStatusCode.Created, (await scene.Owner.CallAsync("PUT", $"{vault}?api-version=2023-07-01", new { location = "local", properties = new { sku = new { family = "A", name = "standard" } } })).Status);
        var hub = $"{scene.Group}/providers/Microsoft.MachineLearningServices/workspaces/closedhub";
        await NewHub.MakeWorkspaceAsync(scene.Owner, hub, new { location = "local", kind = "hub", properties = new { managedNetwork = new { isolationMode = "AllowOnlyApprovedOutbound" } } });
        Assert.Equal(HttpStatusCode.Created, (await scene.Owner.CallAsync("PUT", id + PolicyScene.Version, new
        {
            properties = new
            {
                displayName = "No parts",
                policyRule = new
                {
                    @if = new
                    {
                        anyOf = new object[]
                        {
                            new { field = "Microsoft.MachineLearningServices/workspaces/managedNetwork.outboundRules.bad.destination", equals = "bad.example" },
                            new { field = "Microsoft.MachineLearningServices/workspaces/managedNetwork.isolationMode", equals = "AllowInternetOutbound" },
                            new { allOf = new object[] { new { field = "type", equals = "Microsoft.KeyVault/vaults" }, new { not = new { field = "Microsoft.KeyVault/vaults/accessPolicies[*].objectId", exists = false } } } },
                        },
                    },
                    then = new { effect = "deny" },
                },
            },
        })).Status);
        object policy = new { properties = new { accessPolicies = new[] { new { tenantId = Guid.NewGuid(), objectId = Guid.NewGuid().ToString(), permissions = new { secrets = new[] { "get" } } } } } };
        await using (await scene.AssignAsync(scene.Group, id, new { }))
        {
            foreach (var (path, body) in new (string, object)[]
            {
                ($"{hub}/outboundRules/bad{PolicyScene.Ml}", new { properties = new { type = "FQDN", destination = "bad.example", category = "UserDefined" } }),
                ($"{hub}/managedNetworks/default?api-version=2025-12-01", new { properties = new { managedNetwork = new { isolationMode = "AllowInternetOutbound" } } }),
                ($"{vault}/accessPolicies/add?api-version=2023-07-01", policy),
            })
            {
                var refused = await scene.Owner.CallAsync("PUT", path, body);
                Assert.True(refused.ErrorCode == "RequestDisallowedByPolicy", $"{path}: {refused}");
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await scene.Owner.CallAsync("PUT", $"{vault}/accessPolicies/add?api-version=2023-07-01", policy)).Status);
    }

    [Fact]
    public async Task Audit_notes_and_lets_pass_and_what_is_not_enforced_does_neither()
    {
        await using var audited = await scene.AssignAsync(scene.Project, PolicyScene.Categories, new { allowedCategories = new { value = new[] { "AzureOpenAI" } }, effect = new { value = "audit" } });
        await using var ignored = await scene.AssignAsync(scene.Project, PolicyScene.Categories, new { allowedCategories = new { value = new[] { "AIServices" } } }, enforcement: "DoNotEnforce");
        var made = await scene.ConnectAsync(scene.Project, "CustomKeys");
        Assert.Equal(HttpStatusCode.OK, made.Status);
        var rows = await scene.Server.Services.GetRequiredService<IAtriumStore>().ListActivityAsync(new() { ResourcePrefix = (string)made.Body["id"]!, Take = 10 }, Cancel);
        var note = Assert.Single(rows, r => r.Operation == "Microsoft.Authorization/policies/audit/action");
        Assert.Contains(audited.Id, note.Properties, StringComparison.Ordinal);
        Assert.DoesNotContain(ignored.Id, note.Properties, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Not_scopes_are_left_alone()
    {
        await using var assigned = await scene.AssignAsync(scene.Hub, PolicyScene.Categories, new { allowedCategories = new { value = new[] { "AzureOpenAI" } } }, notScopes: [scene.Project]);
        Assert.True((int)(await scene.ConnectAsync(scene.Project, "CustomKeys")).Status < 300);
        Assert.Equal("RequestDisallowedByPolicy", (await scene.ConnectAsync(scene.Hub, "CustomKeys")).ErrorCode);
    }

    [Fact]
    public async Task A_definition_of_ones_own_is_obeyed_and_stays_while_it_is_assigned()
    {
        var id = $"{scene.Subscription}/providers/Microsoft.Authorization/policyDefinitions/no-shared-{Guid.NewGuid():N}";
        var made = await scene.Owner.CallAsync("PUT", id + PolicyScene.Version, new
        {
            properties = new
            {
                displayName = "No shared connections", parameters = new { flag = new { type = "Boolean", defaultValue = true }, effect = new { type = "String", allowedValues = new[] { "Deny", "Audit" }, defaultValue = "Deny" } },
                policyRule = new
                {
                    @if = new
                    {
                        allOf = new object[]
                        {
                            new { field = "type", equals = "Microsoft.MachineLearningServices/workspaces/connections" },
                            new { field = "Microsoft.MachineLearningServices/workspaces/connections/isSharedToAll", equals = "[parameters('flag')]" },
                            new { not = new { field = "name", like = "[concat('ok', '*')]" } },
                        },
                    },
                    then = new { effect = "[parameters('effect')]" },
                },
            },
        });
        Assert.True(made.Status == HttpStatusCode.Created, made.ToString());
        Assert.Equal(("Custom", "All"), ((string?)made.Body["properties"]!["policyType"], (string?)made.Body["properties"]!["mode"]));
        await using (await scene.AssignAsync(scene.Hub, id, new { }))
        {
            foreach (var (name, shared, expected) in new[] { ("bad", true, "RequestDisallowedByPolicy"), ("okay", true, null), ("bad", false, null) })
            {
                var answer = await scene.Owner.CallAsync("PUT", $"{scene.Hub}/connections/{name}{PolicyScene.Ml}", new { properties = new { category = "CustomKeys", authType = "None", target = "https://example.org", isSharedToAll = shared } });
                Assert.Equal(expected, answer.ErrorCode);
            }

            var kept = await scene.Owner.CallAsync("DELETE", id + PolicyScene.Version);
            Assert.Equal((HttpStatusCode.BadRequest, "PolicyDefinitionHasAssignments"), (kept.Status, kept.ErrorCode));
        }

        Assert.Equal(HttpStatusCode.OK, (await scene.Owner.CallAsync("DELETE", id + PolicyScene.Version)).Status);
    }

    [Fact]
    public async Task What_is_there_already_is_reported_with_its_hub_and_only_to_who_may_read_it()
    {
        await scene.ConnectAsync(scene.Project, "Git");
        await using var assigned = await scene.AssignAsync(scene.Hub, PolicyScene.Categories, new { allowedCategories = new { value = new[] { "CustomKeys", "AIServices" } } }, enforcement: "DoNotEnforce");
        const string filter = "&$filter=complianceState eq 'NonCompliant' and policyAssignmentName eq '";
        var name = assigned.Id[(assigned.Id.LastIndexOf('/') + 1)..];
        string States(string scope, string action) => $"{scope}/providers/Microsoft.PolicyInsights/policyStates/latest/{action}?api-version=2019-10-01{(action == "queryResults" ? $"{filter}{name}'" : "")}";
        var states = await scene.Owner.CallAsync("POST", States(scene.Hub, "queryResults"));
        Assert.True(states.Status == HttpStatusCode.OK, states.ToString());
        var rows = states.Body["value"]!.AsArray();
        Assert.NotEmpty(rows);
        Assert.Equal(rows.Count, (int)states.Body["@odata.count"]!);
        Assert.All(rows, r => Assert.Equal((false, "NonCompliant", assigned.Id, "deny"), ((bool)r!["isCompliant"]!, (string?)r["complianceState"], (string?)r["policyAssignmentId"], (string?)r["policyDefinitionAction"])));
        Assert.Contains(rows, r => ((string)r!["resourceId"]!).StartsWith(scene.Project, StringComparison.Ordinal));

        var summary = (await scene.Owner.CallAsync("POST", States(scene.Subscription, "summarize"))).Body["value"]![0]!;
        var ours = summary["policyAssignments"]!.AsArray().Single(a => (string?)a!["policyAssignmentId"] == assigned.Id)!;
        Assert.Equal(rows.Count, (int)ours["results"]!["nonCompliantResources"]!);
        Assert.True((int)ours["results"]!["resourceDetails"]![0]!["count"]! > 0);

        using var reader = await scene.Server.ClientForAsync(roles: [("acdd72a7-3385-48ef-bd42-f606fba81ae7", scene.Hub)]);
        var seen = await reader.CallAsync("POST", States(scene.Hub, "queryResults"));
        Assert.DoesNotContain(seen.Body["value"]!.AsArray(), r => ((string)r!["resourceId"]!).StartsWith(scene.Project, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.Forbidden, (await reader.CallAsync("POST", States(scene.Group, "queryResults"))).Status);
        Assert.Equal("$filter", (string?)(await scene.Owner.CallAsync("POST", $"{scene.Hub}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults?api-version=2019-10-01&$filter=x eq 'y'")).Body["error"]!["target"]);
    }

    [Fact]
    public async Task Every_wrong_parameter_is_named_with_what_would_be_right()
    {
        foreach (var (definition, parameters, target, said) in new (string, object, string, string)[]
        {
            (PolicyScene.Models, new { }, "properties.parameters.allowedModels.value", "needs the parameter 'allowedModels' (Array)"),
            (PolicyScene.Models, new { allowedModels = new { value = "x" } }, "properties.parameters.allowedModels.value", "must be a list"),
            (PolicyScene.Models, new { allowedModels = new[] { "x" } }, "properties.parameters.allowedModels", "an object with a 'value'"),
            (PolicyScene.Models, new { allowedModels = new { value = Array.Empty<string>() }, size = new { value = 1 } }, "properties.parameters.size", "It has allowedModels (Array), effect (String)"),
            (PolicyScene.Models, new { allowedModels = new { value = Array.Empty<string>() }, effect = new { value = "modify" } }, "properties.parameters.effect.value", "\"Deny\", \"Audit\", \"Disabled\""),
            (PolicyScene.Capacity, new { maxCapacity = new { value = 1.5 } }, "properties.parameters.maxCapacity.value", "a whole number"),
            (PolicyScene.AnswerTokens, new { maxTokens = new { value = 0 } }, "properties.parameters.maxTokens.value", "must be 1 to"),
            (PolicyScene.Tag, new { tagName = new { value = "" } }, "properties.parameters.tagName.value", "1 to 512"),
        })
        {
            var refused = await scene.Owner.CallAsync("PUT", $"{scene.Group}/providers/Microsoft.Authorization/policyAssignments/wrong{PolicyScene.Version}", PolicyScene.Body(definition, parameters));
            Assert.Equal((HttpStatusCode.BadRequest, target), (refused.Status, (string?)refused.Body["error"]!["target"]));
            Assert.Contains(said, (string)refused.Body["error"]!["message"]!, StringComparison.Ordinal);
        }

        var many = await scene.Owner.CallAsync("PUT", $"{scene.Group}/providers/Microsoft.Authorization/policyAssignments/wrong{PolicyScene.Version}", PolicyScene.Body(PolicyScene.Models, new { a = 1, effect = new { value = 1 } }));
        Assert.Equal(["properties.parameters.a", "properties.parameters.effect.value", "properties.parameters.allowedModels.value"], many.Body["error"]!["details"]!.AsArray().Select(d => (string?)d!["target"]));
        var unknown = await scene.Owner.CallAsync("PUT", $"{scene.Group}/providers/Microsoft.Authorization/policyAssignments/wrong{PolicyScene.Version}", PolicyScene.Body(Guid.NewGuid().ToString(), new { }));
        Assert.Equal((HttpStatusCode.NotFound, "PolicyDefinitionNotFound"), (unknown.Status, unknown.ErrorCode));
        var set = await scene.Owner.CallAsync("PUT", $"{scene.Group}/providers/Microsoft.Authorization/policyAssignments/wrong{PolicyScene.Version}", PolicyScene.Body("/providers/Microsoft.Authorization/policySetDefinitions/x", new { }));
        Assert.Equal(HttpStatusCode.NotImplemented, set.Status);
    }

    [Fact]
    public async Task A_rule_that_cannot_be_evaluated_is_refused_with_each_place()
    {
        var refused = await scene.Owner.CallAsync("PUT", $"{scene.Subscription}/providers/Microsoft.Authorization/policyDefinitions/wrong{PolicyScene.Version}", new
        {
            properties = new
            {
                parameters = new { size = new { type = "Text" }, many = new { type = "Integer", defaultValue = "x" } },
                policyRule = new
                {
                    @if = new
                    {
                        anyOf = new object[]
                        {
                            new { field = "colour", equals = "red" },
                            new { field = "Contoso.Cars/wheels/size", equals = 1 },
                            new { field = "name", matches = "x" },
                            new { count = new { field = "x" }, greater = 1 },
                            new { value = "[resourceGroup().name]", equals = "x" },
                            new { value = "[parameters('none')]", equals = "x" },
                        },
                    },
                    then = new { effect = "modify" },
                },
            },
        });
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        const string rule = "properties.policyRule";
        Assert.Equal(
            [
                "properties.parameters.many.defaultValue", "properties.parameters.size.type", $"{rule}.if.anyOf[0].field", $"{rule}.if.anyOf[1].field", $"{rule}.if.anyOf[2]",
                $"{rule}.if.anyOf[3]", $"{rule}.if.anyOf[4].value", $"{rule}.if.anyOf[5].value", $"{rule}.then.effect",
            ],
            refused.Body["error"]!["details"]!.AsArray().Select(d => (string)d!["target"]!).Order(StringComparer.Ordinal),
            Sets);
        var builtIn = await scene.Owner.CallAsync("PUT", PolicyScene.BuiltIn(PolicyScene.Tag) + PolicyScene.Version, new { properties = new { policyRule = new { } } });
        Assert.Equal((HttpStatusCode.Conflict, "PolicyDefinitionIsBuiltIn"), (builtIn.Status, builtIn.ErrorCode));
    }

    [Fact]
    public async Task Definitions_and_assignments_are_listed_as_published_and_only_some_may_write_them()
    {
        using var nobody = await scene.Server.ClientForAsync();
        var all = await nobody.CallAsync("GET", $"/providers/Microsoft.Authorization/policyDefinitions{PolicyScene.Version}");
        Assert.Equal(11, all.Body["value"]!.AsArray().Count);
        Assert.Equal("Require a tag on resources", (string?)(await nobody.CallAsync("GET", PolicyScene.BuiltIn(PolicyScene.Tag) + PolicyScene.Version)).Body["properties"]!["displayName"]);
        var tags = await nobody.CallAsync("GET", $"/providers/Microsoft.Authorization/policyDefinitions{PolicyScene.Version}&$filter=category eq 'Tags'");
        Assert.Equal(3, tags.Body["value"]!.AsArray().Count);

        await using var above = await scene.AssignAsync(scene.Subscription, PolicyScene.Tag, new { tagName = new { value = "t" } }, enforcement: "DoNotEnforce");
        await using var below = await scene.AssignAsync(scene.Project, PolicyScene.Categories, new { allowedCategories = new { value = Array.Empty<string>() } }, enforcement: "DoNotEnforce");
        Assert.Equal([above.Id, below.Id], await ListAsync(scene.Group, ""), Sets);
        Assert.Equal([above.Id], await ListAsync(scene.Group, "&$filter=atScope()"), Sets);
        Assert.Equal([], await ListAsync(scene.Group, "&$filter=atExactScope()"), Sets);
        Assert.Equal([above.Id], await ListAsync(scene.Group, $"&$filter=policyDefinitionId eq '{PolicyScene.BuiltIn(PolicyScene.Tag)}'"), Sets);

        using var contributor = await scene.Server.ClientForAsync(roles: [("b24988ac-6180-42a0-ab88-20f7382dd24c", scene.Group)]);
        var body = PolicyScene.Body(PolicyScene.Tag, new { tagName = new { value = "x" } }, enforcement: "DoNotEnforce");
        var path = $"{scene.Group}/providers/Microsoft.Authorization/policyAssignments/by-a-contributor{PolicyScene.Version}";
        Assert.Equal(HttpStatusCode.Forbidden, (await contributor.CallAsync("PUT", path, body)).Status);
        using var policyContributor = await scene.Server.ClientForAsync(roles: [("36243c78-bf99-498c-9df9-86d9f8d28608", scene.Group)]);
        Assert.Equal(HttpStatusCode.Created, (await policyContributor.CallAsync("PUT", path, body)).Status);
        Assert.Equal(HttpStatusCode.OK, (await policyContributor.CallAsync("DELETE", path)).Status);
    }

    private static IEqualityComparer<IEnumerable<string>> Sets { get; } = EqualityComparer<IEnumerable<string>>.Create(
        (left, right) => left!.Order(StringComparer.Ordinal).SequenceEqual(right!.Order(StringComparer.Ordinal)), _ => 0);

    private async Task<IEnumerable<string>> ListAsync(string scope, string query)
    {
        // Other tests of the class may have assignments of their own meanwhile, which have another name.
        var found = await scene.Owner.CallAsync("GET", $"{scope}/providers/Microsoft.Authorization/policyAssignments{PolicyScene.Version}{query}");
        return found.Body["value"]!.AsArray().Select(a => (string)a!["id"]!);
    }
}
