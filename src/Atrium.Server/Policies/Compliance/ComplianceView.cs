using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Resources;

namespace Atrium.Server.Policies.Compliance;

/// <summary>States and their summary in the published form. Pure.</summary>
internal static class ComplianceView
{
    public static JsonObject Row(Resource resource, ResourceType type, PolicyVerdict verdict, string context) => new()
    {
        ["@odata.id"] = null,
        ["@odata.context"] = $"{context}/$entity",
        ["resourceId"] = resource.Id.Text,
        ["resourceType"] = Rules.PolicyTarget.Of(type, resource.Id, []).Type,
        ["resourceLocation"] = (string?)resource.Body["location"] ?? "",
        ["resourceGroup"] = resource.Id.ResourceGroup?.Name ?? "",
        ["resourceTags"] = (resource.Body["tags"] as JsonObject)?.ToJsonString() ?? "",
        ["subscriptionId"] = resource.Id.Subscription?.Name ?? "",
        ["policyAssignmentId"] = verdict.Assignment.Id.Text,
        ["policyAssignmentName"] = verdict.Assignment.Id.Name,
        ["policyAssignmentScope"] = verdict.Assignment.Scope.Text,
        ["policyAssignmentParameters"] = verdict.Assignment.Parameters.ToJsonString(),
        ["policyDefinitionId"] = verdict.Definition.Id.Text,
        ["policyDefinitionName"] = verdict.Definition.Id.Name,
        ["policyDefinitionAction"] = verdict.Effect.ToString().ToLowerInvariant(),
        ["policyDefinitionCategory"] = verdict.Definition.Category,
        ["policySetDefinitionId"] = "",
        ["policyDefinitionReferenceId"] = "",
        ["isCompliant"] = !verdict.IsViolated,
        ["complianceState"] = verdict.IsViolated ? "NonCompliant" : "Compliant",
        ["policyEvaluationDetails"] = new JsonObject { ["evaluatedExpressions"] = new JsonArray([.. verdict.Expressions.Select(e => e.DeepClone())]) },
    };

    public static JsonObject Summary(IReadOnlyList<(ResourceId Resource, PolicyVerdict Verdict)> states, string context, string queryUri) => new()
    {
        ["@odata.id"] = null,
        ["@odata.context"] = $"{context}/$entity",
        ["results"] = Results(states, queryUri),
        ["policyAssignments"] = new JsonArray([.. states.GroupBy(s => s.Verdict.Assignment.Id).Select(group => new JsonObject
        {
            ["policyAssignmentId"] = group.Key.Text,
            ["policySetDefinitionId"] = "",
            ["results"] = Results([.. group], Narrowed(queryUri, group.Key)),
            ["policyDefinitions"] = new JsonArray(new JsonObject
            {
                ["policyDefinitionId"] = group.First().Verdict.Definition.Id.Text,
                ["policyDefinitionReferenceId"] = "",
                ["effect"] = group.First().Verdict.Effect.ToString().ToLowerInvariant(),
                ["results"] = Results([.. group], Narrowed(queryUri, group.Key)),
            }),
        })]),
    };

    private static string Narrowed(string uri, ResourceId assignment) => $"{uri}&$filter={Uri.EscapeDataString($"policyAssignmentId eq '{assignment.Text}'")}";

    private static JsonObject Results(IReadOnlyList<(ResourceId Resource, PolicyVerdict Verdict)> states, string queryUri)
    {
        var broken = states.Where(s => s.Verdict.IsViolated).ToList();
        var (all, bad) = (states.Select(s => s.Resource).Distinct().Count(), broken.Select(s => s.Resource).Distinct().Count());
        var (policies, badPolicies) = (states.Select(s => s.Verdict.Assignment.Id).Distinct().Count(), broken.Select(s => s.Verdict.Assignment.Id).Distinct().Count());
        return new()
        {
            ["queryResultsUri"] = queryUri,
            ["nonCompliantResources"] = bad,
            ["nonCompliantPolicies"] = badPolicies,
            ["resourceDetails"] = Details(all, bad),
            ["policyDetails"] = Details(policies, badPolicies),
            ["policyGroupDetails"] = new JsonArray(),
        };
    }

    private static JsonArray Details(int all, int bad) => new(
        new JsonObject { ["complianceState"] = "compliant", ["count"] = all - bad },
        new JsonObject { ["complianceState"] = "noncompliant", ["count"] = bad });
}
