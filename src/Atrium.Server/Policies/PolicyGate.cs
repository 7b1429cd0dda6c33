using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Policies.Rules;
using Atrium.Server.Policies.Assignments;
using Atrium.Server.Resources;

namespace Atrium.Server.Policies;

/// <summary>
/// Holds every write of a resource against the policies assigned to where it lies: what one denies is not written, and all that deny it are named at once; what
/// one audits is written and noted in the activity log. What Atrium itself writes is reported, not refused.
/// </summary>
internal sealed class PolicyGate(PolicyState policies) : IWriteGate
{
    public async ValueTask CheckAsync(ResourceEdit edit, string correlationId, CancellationToken cancellationToken)
    {
        var model = await policies.ReadAsync(cancellationToken);
        if (!model.HasAssignments || !PolicyScope.IsJudged(edit.Type))
        {
            return;
        }

        var place = await PolicyPlace.OfAsync(edit.Id, edit.Link, edit.Reader, cancellationToken);
        var target = PolicyTarget.Of(edit.Type, edit.Id, edit.After);
        var violated = model.Violated(target, place).Where(v => v.Assignment.IsEnforced).ToList();
        var denied = violated.Where(v => v.Effect is PolicyEffect.Deny).ToList();
        if (denied.Count > 0 && !edit.Caller.IsSystem)
        {
            throw PolicyRefusal.Of(edit.AskedId, denied);
        }

        edit.AlsoLog.AddRange(violated.Where(v => v.Effect is PolicyEffect.Audit).Select(v => Row(edit, v, correlationId)));
    }

    private static ActivityRow Row(ResourceEdit edit, PolicyVerdict verdict, string correlationId) => new()
    {
        Time = edit.Now,
        Operation = "Microsoft.Authorization/policies/audit/action",
        ResourceId = edit.Id.Text,
        Caller = edit.Caller.ObjectId,
        CorrelationId = correlationId,
        Status = "Succeeded",
        Properties = new JsonObject { ["policyAssignmentId"] = verdict.Assignment.Id.Text, ["policyDefinitionId"] = verdict.Definition.Id.Text }.ToJsonString(),
    };
}

/// <summary>Which types are judged.</summary>
internal static class PolicyScope
{
    /// <summary>Not those by which roles, locks and policies themselves are written, nor the directory: a policy must not keep anybody from mending it.</summary>
    public static bool IsJudged(ResourceType type) =>
        type is not IEmbeddedType && type.Methods.HasFlag(ResourceMethods.Put)
        && !type.Name.StartsWith("Microsoft.Authorization/", StringComparison.OrdinalIgnoreCase) && !type.Name.StartsWith("Atrium.Identity/", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The published refusal.</summary>
internal static class PolicyRefusal
{
    public const string Code = "RequestDisallowedByPolicy";

    public static ApiException Of(ResourceId id, IReadOnlyList<PolicyVerdict> denied)
    {
        var identifiers = new JsonArray([.. denied.Select(v => new JsonObject
        {
            ["policyAssignment"] = new JsonObject { ["name"] = v.Assignment.DisplayName, ["id"] = v.Assignment.Id.Text },
            ["policyDefinition"] = new JsonObject { ["name"] = v.Definition.DisplayName, ["id"] = v.Definition.Id.Text },
        })]);
        var reasons = string.Concat(denied.Select(v => v.Assignment.Message).OfType<string>().Distinct().Select(m => $" Reasons: '{m}'."));
        return ApiException.Disallowed(
            Code, $"Resource '{id.Name}' was disallowed by policy.{reasons} Policy identifiers: '{identifiers.ToJsonString()}'.", id, [.. denied.Select(v => new ErrorInfo("PolicyViolation", Info(v)))]);
    }

    private static JsonObject Info(PolicyVerdict verdict) => new()
    {
        ["evaluationDetails"] = new JsonObject { ["evaluatedExpressions"] = new JsonArray([.. verdict.Expressions.Select(e => e.DeepClone())]) },
        ["policyDefinitionId"] = verdict.Definition.Id.Text,
        ["policyDefinitionName"] = verdict.Definition.Id.Name,
        ["policyDefinitionDisplayName"] = verdict.Definition.DisplayName,
        ["policyDefinitionEffect"] = verdict.Effect.ToString().ToLowerInvariant(),
        ["policyAssignmentId"] = verdict.Assignment.Id.Text,
        ["policyAssignmentName"] = verdict.Assignment.Id.Name,
        ["policyAssignmentDisplayName"] = verdict.Assignment.DisplayName,
        ["policyAssignmentScope"] = verdict.Assignment.Scope.Text,
        ["policyAssignmentParameters"] = verdict.Assignment.Parameters.DeepClone(),
        ["policyExemptionIds"] = new JsonArray(),
    };
}
