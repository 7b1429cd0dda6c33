using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Subscriptions;

/// <summary><c>/subscriptions/{subscriptionId}</c> (Microsoft.Resources, subscriptions). PUT makes one: self-hosted, nobody else hands them out.</summary>
internal sealed partial class SubscriptionType(Identity.Tenant tenant) : ResourceType
{
    public override string Name => ResourceId.SubscriptionType;

    public override ResourceParent Parent => ResourceParent.Tenant;

    public override ImmutableArray<string> ApiVersions => KnownVersions.Resources;

    public override Regex NameRule => GuidName();

    public override string NameRuleInWords => "a GUID in lower case with hyphens";

    public override bool HasProvisioningState => false;

    public override bool IsListedToAll => true;

    public override ResourceMethods Methods => ResourceMethods.Get | ResourceMethods.Put | ResourceMethods.Patch | ResourceMethods.List;

    public override ObjectShape Body { get; } = new(
    [
        .. Envelope.ServiceFields,
        new Property("displayName", Shape.Text(64, min: 1)),
        new Property("tags", Envelope.TagMap),
        new Property("subscriptionId", Shape.Any()).ReadOnly(),
        new Property("tenantId", Shape.Any()).ReadOnly(),
        new Property("state", Shape.Any()).ReadOnly(),
    ]);

    public override ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        edit.After["subscriptionId"] = edit.Id.Name;
        edit.After["tenantId"] = tenant.Id;
        edit.After["state"] = "Enabled";
        edit.After["displayName"] ??= edit.Id.Name;
        return ValueTask.CompletedTask;
    }

    public override ValueTask PresentAsync(JsonObject view, Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        view.Remove("name");
        view.Remove("type");
        view["authorizationSource"] = "RoleBased";
        view["subscriptionPolicies"] = new JsonObject { ["locationPlacementId"] = "Public_2014-09-01", ["quotaId"] = "PayAsYouGo_2014-09-01", ["spendingLimit"] = "Off" };
        return ValueTask.CompletedTask;
    }

    [GeneratedRegex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    private static partial Regex GuidName();
}
