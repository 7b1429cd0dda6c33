using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Policies.Rules;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Policies.Definitions;

/// <summary>
/// <c>/subscriptions/{id}/providers/Microsoft.Authorization/policyDefinitions/{name}</c> (PolicyDefinitions). The built-in ones lie at the tenant, where anybody
/// who is signed in reads them; nobody changes them.
/// </summary>
internal sealed partial class PolicyDefinitionType(PolicyState policies, IAccessControl access, IServiceProvider services) : ResourceType
{
    private const int MostParameters = 20;

    public override string Name => PolicyDefinition.TypeName;

    public override ResourceParent Parent => ResourceParent.Anything;

    public override ImmutableArray<string> ApiVersions => PolicyVersions.Definitions;

    public override ResourceMethods Methods => ResourceMethods.All & ~ResourceMethods.Patch;

    public override bool HasProvisioningState => false;

    public override int UpdatedStatus => 201;

    public override Regex NameRule => Names();

    public override string NameRuleInWords => "1 to 128 characters without < > * % & : ? . + /, and no space at the end";

    public override ObjectShape Body { get; } = Envelope.Proxy(Shape.Object(
        new Property("displayName", Shape.Text(128)),
        new Property("description", Shape.Text(512)),
        new Property("policyType", Shape.OneOf(PolicyDefinition.Custom, PolicyDefinition.BuiltIn, "NotSpecified", "Static")),
        new Property("mode", Shape.OneOf(PolicyDefinition.All, PolicyDefinition.Indexed)),
        new Property("metadata", Shape.Any()),
        new Property("parameters", Shape.Map(Shape.Any(), MostParameters)),
        new Property("policyRule", Shape.Any()).Required(),
        new Property("version", Shape.Text(64)),
        new Property("versions", Shape.List(Shape.Text(64)))));

    /// <summary>What is built in is published.</summary>
    public override bool IsOpenToAll(ResourceId id) => id.Parent is { Parent: null };

    public override ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        if (BuiltInPolicies.All.Any(b => b.Id == edit.Id))
        {
            throw ApiException.Conflict("PolicyDefinitionIsBuiltIn", $"'{edit.Id.Name}' is a built-in policy definition; it cannot be changed. Make one of your own in a subscription.");
        }

        if (edit.Id.Parent!.Type != ResourceId.SubscriptionType)
        {
            edit.Problems.Add(new("id", "A policy definition is made in a subscription: /subscriptions/{id}/providers/Microsoft.Authorization/policyDefinitions/{name}."));
        }

        if (edit.Text("policyType") is { } type && type != PolicyDefinition.Custom && type != "NotSpecified")
        {
            edit.Problems.Add(new("properties.policyType", $"'properties.policyType' must be {PolicyDefinition.Custom}; found '{type}'."));
        }

        // The catalog holds the types, so it cannot come in through the constructor.
        var catalog = services.GetRequiredService<ResourceCatalog>();
        var parameters = edit.Properties["parameters"] as JsonObject;
        edit.Problems.AddRange(PolicyParameter.CheckAll(parameters, "properties.parameters"));
        if (edit.Properties["policyRule"] is { } rule)
        {
            new PolicyRuleReader(parameters?.Select(p => p.Key).ToList() ?? [], name => name == PolicyTarget.GroupType || catalog.Find(name) is not null || catalog.FindNotBuilt(name) is not null, edit.Problems)
                .Read(rule, "properties.policyRule");
        }

        edit.Properties["policyType"] = PolicyDefinition.Custom;
        edit.Properties["mode"] ??= PolicyDefinition.All;
        return ValueTask.CompletedTask;
    }

    public override async ValueTask CheckDeleteAsync(Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        if ((await policies.ReadAsync(cancellationToken)).Assignments.FirstOrDefault(a => a.DefinitionId == resource.Id) is { } user)
        {
            throw ApiException.BadRequest("PolicyDefinitionHasAssignments", $"The policy definition '{resource.Id.Name}' is assigned. Delete its assignments first.", user.Scope.Contains(resource.Id) ? user.Id.Text : null);
        }
    }

    public override ValueTask<Resource?> FindUnstoredAsync(ResourceId id, CancellationToken cancellationToken) =>
        new(BuiltInPolicies.All.FirstOrDefault(b => b.Id == id) is { } builtIn ? View(builtIn) : null);

    public override async ValueTask<JsonObject?> ListAsync(
        ResourceId scope, ResourceRequest request, string path, ResourceReader reader, CancellationToken cancellationToken)
    {
        if (scope.Parent is not null)
        {
            await access.DemandAsync(request.Caller, $"{Name}/read", scope, cancellationToken);
        }

        var filter = DefinitionFilter.Read(request.Query["$filter"].FirstOrDefault());
        var items = new JsonArray();
        var own = (await policies.ReadAsync(cancellationToken)).Definitions.Where(d => !d.IsBuiltIn && d.Id.Parent == scope).OrderBy(d => d.Id.Key, StringComparer.Ordinal);
        var builtIn = filter.ExactScope && scope.Parent is not null ? [] : BuiltInPolicies.All;
        foreach (var definition in own.Concat(builtIn).Where(filter.Fits))
        {
            var resource = definition.IsBuiltIn ? View(definition) : await reader.FindAsync(definition.Id, cancellationToken);
            if (resource is not null)
            {
                items.Add(await ResourceQueries.ViewAsync(this, resource, reader, cancellationToken));
            }
        }

        return new() { ["value"] = items };
    }

    private static Resource View(PolicyDefinition definition) => new(new StoredResource
    {
        Key = definition.Id.Key,
        Id = definition.Id.Text,
        Type = PolicyDefinition.TypeName.ToLowerInvariant(),
        Body = new JsonObject { ["properties"] = definition.Properties.DeepClone() }.ToJsonString(),
    });

    [GeneratedRegex(@"^[^<>*%&:\\?.+/\p{Cc}]{0,127}[^<>*%&:\\?.+/ \p{Cc}]$")]
    private static partial Regex Names();
}

/// <summary>The published <c>$filter</c> of definitions: <c>atExactScope()</c>, <c>policyType eq '..'</c>, <c>category eq '..'</c>.</summary>
internal sealed partial record DefinitionFilter(bool ExactScope, string? Type, string? Category)
{
    public static DefinitionFilter Read(string? text) => string.IsNullOrWhiteSpace(text) ? new(false, null, null)
        : Term().Match(text) is { Success: true } match ? match.Groups["field"].Value.ToUpperInvariant() switch
        {
            "POLICYTYPE" => new(false, match.Groups["value"].Value, null),
            "CATEGORY" => new(false, null, match.Groups["value"].Value),
            _ => new(true, null, null),
        }
        : throw ApiException.Invalid("$filter", "'$filter' may be atExactScope(), policyType eq 'BuiltIn' or 'Custom', or category eq '{name}'.", "BadRequestFormat");

    public bool Fits(PolicyDefinition definition) =>
        (Type is null || (definition.IsBuiltIn ? PolicyDefinition.BuiltIn : PolicyDefinition.Custom).Equals(Type, StringComparison.OrdinalIgnoreCase))
        && (Category is null || definition.Category.Equals(Category, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"^\s*((?<field>policyType|category)\s+eq\s+'(?<value>[^']*)'|(?<field>atExactScope)\(\s*\))\s*$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Term();
}
