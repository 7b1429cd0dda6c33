using Atrium.Persistence;
using Atrium.Server.Policies.Assignments;
using Atrium.Server.Policies.Definitions;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Changes;

namespace Atrium.Server.Policies;

/// <summary>The policies of the store, compiled.</summary>
internal sealed class PolicyState(IAtriumStore store, ChangeFeed feed)
    : SnapshotState<PolicyModel>(store, feed, PolicyModel.Empty, PolicyDefinition.TypeName, PolicyAssignment.TypeName)
{
    private static readonly string DefinitionType = PolicyDefinition.TypeName.ToLowerInvariant();

    protected override PolicyModel Put(PolicyModel model, Resource resource) => resource.Id.IsOfType(PolicyDefinition.TypeName)
        ? model.With(PolicyDefinition.Read(resource.Id, resource.Properties, isBuiltIn: false))
        : model.With(PolicyAssignment.Read(resource));

    protected override PolicyModel Remove(PolicyModel model, string key, string type) => type == DefinitionType ? model.WithoutDefinition(key) : model.WithoutAssignment(key);
}
