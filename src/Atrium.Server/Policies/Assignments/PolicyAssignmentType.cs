using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Server.Hosting;
using Atrium.Server.Policies.Definitions;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Policies.Assignments;

/// <summary><c>{scope}/providers/Microsoft.Authorization/policyAssignments/{name}</c> (PolicyAssignments).</summary>
internal sealed partial class PolicyAssignmentType(PolicyState policies, IAccessControl access) : ResourceType
{
    public override string Name => PolicyAssignment.TypeName;

    public override ResourceParent Parent => ResourceParent.Anything;

    public override ImmutableArray<string> ApiVersions => PolicyVersions.Definitions;

    public override bool HasProvisioningState => false;

    public override int UpdatedStatus => 201;

    public override bool ShowsDeleted => true;

    public override Regex NameRule => Names();

    public override string NameRuleInWords => "1 to 128 characters without < > * % & : ? . + /, and no space at the end";

    public override ObjectShape Body { get; } = Envelope.Proxy(
        Shape.Object(
            new Property("displayName", Shape.Text(128)),
            new Property("description", Shape.Text(512)),
            new Property("policyDefinitionId", Shape.IdOf(PolicyDefinition.TypeName, "Microsoft.Authorization/policySetDefinitions")).Required().NotPatchable(),
            new Property("definitionVersion", Shape.Text(64)),
            new Property("notScopes", Shape.List(Shape.IdOf(), max: 400)),
            new Property("parameters", Shape.Map(Shape.Any(), max: 100)),
            new Property("metadata", Shape.Any()),
            new Property("enforcementMode", Shape.OneOf("Default", PolicyAssignment.DoNotEnforce)),
            new Property("nonComplianceMessages", Shape.List(Shape.Object(new Property("message", Shape.Text(1024)).Required(), new Property("policyDefinitionReferenceId", Shape.Text(256))), max: 50)),
            new Property("resourceSelectors", Shape.List(Shape.Any(), max: 10)),
            new Property("overrides", Shape.List(Shape.Any(), max: 10)),
            new Property("scope", Shape.Any()).ReadOnly()),
        new Property("location", Shape.Text(64)),
        new Property("identity", Shape.Any()));

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        var properties = edit.Properties;
        edit.Problems.AddRange(PolicyAssignmentRules.Check(edit.Id, properties));
        if (edit.Text("policyDefinitionId") is not { } asked || edit.Problems.Any(p => p.Target is "properties.policyDefinitionId" or "properties.parameters"))
        {
            return;
        }

        var given = properties["parameters"] as JsonObject ?? [];
        var definition = await DefinitionAsync(ResourceId.Parse(asked), edit.Id.Parent!, edit.Caller, cancellationToken);
        var wrong = PolicyAssignmentRules.CheckParameters(definition, given).ToList();
        edit.Problems.AddRange(wrong);
        if (wrong.Count == 0)
        {
            edit.Problems.AddRange(PolicyAssignmentRules.CheckValues(definition, definition.Values(given)));
        }

        properties["policyDefinitionId"] = definition.Id.Text;
        properties["enforcementMode"] ??= "Default";
        properties["scope"] = edit.Id.Parent!.Text;
        properties["metadata"] = Stamp(edit, properties["metadata"] as JsonObject);
    }

    /// <summary>Those at the scope, those above it that reach it, and (but for <c>atScope()</c>) those below it.</summary>
    public override async ValueTask<JsonObject?> ListAsync(
        ResourceId scope, ResourceRequest request, string path, ResourceReader reader, CancellationToken cancellationToken)
    {
        var readable = await access.ScopesAllowingAsync(request.Caller, $"{Name}/read", scope, cancellationToken);
        if (readable.IsEmpty)
        {
            throw ApiException.Forbidden(request.Caller.ObjectId, $"{Name}/read", scope);
        }

        var filter = PolicyAssignmentFilter.Read(request.Query["$filter"].FirstOrDefault());
        var found = (await policies.ReadAsync(cancellationToken)).Assignments
            .Where(a => ScopedList.Shows(a.Scope, scope, readable, filter.AtScope) && filter.Fits(a, scope))
            .Select(a => a.Id);
        return await ScopedList.PageAsync(this, found, request, path, reader, cancellationToken);
    }

    /// <summary>A built-in one, or one of the subscription that the scope lies in. One that the caller may not read is as if it did not exist.</summary>
    private async ValueTask<PolicyDefinition> DefinitionAsync(ResourceId id, ResourceId scope, Caller caller, CancellationToken cancellationToken)
    {
        if (id.IsOfType("Microsoft.Authorization/policySetDefinitions"))
        {
            throw ApiException.NotBuilt("Microsoft.Authorization/policySetDefinitions");
        }

        return (await policies.ReadAsync(cancellationToken)).FindDefinition(id) is { } found
            && (found.IsBuiltIn || (found.Id.Parent!.Contains(scope) && (caller.IsSystem || await access.IsAllowedAsync(caller, $"{PolicyDefinition.TypeName}/read", found.Id, cancellationToken))))
            ? found
            : throw ApiException.NotFound("PolicyDefinitionNotFound", $"The policy definition '{id}' was not found, or is not for the scope '{scope}'.");
    }

    /// <summary>The provider writes who and when into the metadata.</summary>
    private static JsonObject Stamp(ResourceEdit edit, JsonObject? sent)
    {
        var (metadata, before) = (sent?.DeepClone().AsObject() ?? [], edit.Before?.Properties["metadata"]);
        metadata["createdBy"] = before?["createdBy"]?.DeepClone() ?? edit.Caller.ObjectId;
        metadata["createdOn"] = before?["createdOn"]?.DeepClone() ?? edit.Now.UtcDateTime;
        metadata["updatedBy"] = edit.IsCreate ? null : edit.Caller.ObjectId;
        metadata["updatedOn"] = edit.IsCreate ? null : edit.Now.UtcDateTime;
        return metadata;
    }

    [GeneratedRegex(@"^[^<>*%&:\\?.+/\p{Cc}]{0,127}[^<>*%&:\\?.+/ \p{Cc}]$")]
    private static partial Regex Names();
}

/// <summary>The published <c>$filter</c> of assignments: <c>atScope()</c>, <c>atExactScope()</c>, <c>policyDefinitionId eq '..'</c>.</summary>
/// <param name="AtScope">Leaves out what lies below the scope.</param>
/// <param name="ExactScope">Leaves out what lies above it too.</param>
/// <param name="Definition">Those of this definition; null for all.</param>
internal sealed partial record PolicyAssignmentFilter(bool AtScope, bool ExactScope, string? Definition)
{
    public static PolicyAssignmentFilter Read(string? text) => text?.Trim() switch
    {
        null or "" => new(false, false, null),
        var at when at.Equals("atScope()", StringComparison.OrdinalIgnoreCase) => new(true, false, null),
        var at when at.Equals("atExactScope()", StringComparison.OrdinalIgnoreCase) => new(true, true, null),
        var other when Definitions().Match(other) is { Success: true } match => new(true, false, match.Groups["id"].Value),
        _ => throw ApiException.Invalid("$filter", "'$filter' may be atScope(), atExactScope() or policyDefinitionId eq '{id}'.", "BadRequestFormat"),
    };

    public bool Fits(PolicyAssignment assignment, ResourceId scope) =>
        (!ExactScope || assignment.Scope == scope) && (Definition is null || assignment.DefinitionId.Text.Equals(Definition, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"^policyDefinitionId\s+eq\s+'(?<id>[^']*)'$", RegexOptions.IgnoreCase)]
    private static partial Regex Definitions();
}
