using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.Roles.Conditions;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Identity.Roles.Denials;

/// <summary>
/// <c>{scope}/providers/Microsoft.Authorization/denyAssignments/{guid}</c> (DenyAssignments). The published API reads them; here whoever may write them also makes
/// and deletes them, in the same shape.
/// </summary>
internal sealed class DenyAssignmentType(RoleState roles, PrincipalState principals, IAccessControl access, ConditionVocabulary vocabulary) : AssignmentType(principals, access)
{
    public override string Name => DenyAssignment.TypeName;

    public override ImmutableArray<string> ApiVersions => AuthorizationVersions.DenyAssignments;

    public override ObjectShape Body { get; } = Envelope.Proxy(Shape.Object(
    [
        new Property("denyAssignmentName", Shape.Text(128, min: 1)).Required(),
        new Property("description", Shape.Text(1024)),
        new Property("permissions", Shape.List(Permission, max: 20)).Required(),
        new Property("principals", Shape.List(NamedPrincipal, max: 500)).Required(),
        new Property("excludePrincipals", Shape.List(NamedPrincipal, max: 500)),
        new Property("doNotApplyToChildScopes", Shape.Flag()),
        new Property("condition", Shape.Text(8192)),
        new Property("conditionVersion", Shape.OneOf("1.0", "2.0")),
        new Property("isSystemProtected", Shape.Any()).ReadOnly(),
        .. Stamps,
    ]));

    private static Shape Permission { get; } = Shape.Object(
        new Property("actions", ActionList()),
        new Property("notActions", ActionList()),
        new Property("dataActions", ActionList()),
        new Property("notDataActions", ActionList()),
        new Property("condition", Shape.Text(8192)),
        new Property("conditionVersion", Shape.OneOf("1.0", "2.0")));

    private static Shape NamedPrincipal { get; } = Shape.Object(
        new Property("id", Shape.Text(36, min: 1)).Required(),
        new Property("type", Shape.OneOf("User", "Group", "ServicePrincipal", DenyAssignment.SystemDefined)),
        new Property("displayName", Shape.Text(256)),
        new Property("email", Shape.Text(256)));

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        // What the shape refused already is not said twice.
        edit.Problems.AddRange(DenyRules.Check(edit.Properties, vocabulary).Where(p => !edit.Problems.Any(known => known.Target == p.Target)));
        if (edit.Problems.Count > 0)
        {
            return;
        }

        var properties = edit.Properties;
        var directory = await Principals.ReadAsync(cancellationToken);
        foreach (var named in ((JsonArray)properties["principals"]!).Concat(properties["excludePrincipals"] as JsonArray ?? []).OfType<JsonObject>())
        {
            named["type"] ??= directory.Find((string)named["id"]!)?.AssignmentType ?? "User";
        }

        properties["doNotApplyToChildScopes"] ??= false;
        properties["excludePrincipals"] ??= new JsonArray();
        properties["isSystemProtected"] = false;
        properties["scope"] = edit.Id.Parent!.Text;
        AssignmentStamp.Write(edit);
        var denial = DenyAssignment.Read(new(new() { Key = edit.Id.Key, Id = edit.Id.Text, Type = Name, Body = edit.After.ToJsonString() }));
        DenyRules.CheckRemovable(denial, edit.Caller.PrincipalIds, edit.Now);
    }

    protected override async ValueTask<IEnumerable<ResourceId>> FindAsync(ResourceId scope, AllowedScopes readable, string? filter, CancellationToken cancellationToken)
    {
        var wanted = DenyFilter.Read(filter);
        var holders = await HoldersAsync(wanted.AssignedTo, cancellationToken);
        return (await roles.ReadAsync(cancellationToken)).Denials.Where(d => ScopedList.Shows(d.Scope, scope, readable, wanted.AtScope) && wanted.Fits(d, holders)).Select(d => d.Id);
    }

    private static Shape ActionList() => Shape.List(Shape.Text(256, min: 1), max: 1000);
}
