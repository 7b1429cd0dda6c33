using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Identity;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Vault;

/// <summary><c>Microsoft.KeyVault/vaults</c> as a resource. Its secrets have an API of their own (<see cref="Secrets.SecretRoutes"/>).</summary>
internal sealed class VaultType(Tenant tenant, HostNames hosts) : ResourceType
{
    public const string TypeName = "Microsoft.KeyVault/vaults";
    private const string ModeProperty = "createMode";
    private const string Recover = "recover";

    public static readonly ImmutableArray<string> Versions =
    [
        "2015-06-01", "2015-11-01", "2016-10-01", "2018-02-14", "2019-09-01", "2020-04-01-preview", "2021-04-01-preview", "2021-06-01-preview", "2021-10-01", "2021-11-01-preview",
        "2022-07-01", "2022-11-01", "2023-02-01", "2023-07-01", "2024-04-01-preview", "2024-11-01", "2024-12-01-preview", "2025-05-01", "2026-02-01",
    ];

    private static readonly TimeSpan Retention = TimeSpan.FromDays(90);

    public override string Name => TypeName;

    public override ResourceParent Parent => ResourceParent.ResourceGroup;

    public override ImmutableArray<string> ApiVersions => Versions;

    public override Regex NameRule => VaultNames.Rule;

    public override string NameRuleInWords => VaultNames.RuleInWords;

    public override SoftDelete SoftDelete { get; } = new(Retention, "deletedVaults");

    public override ObjectShape Body { get; } = Envelope.Tracked(Shape.Object(
        new Property("sku", Shape.Object(new Property("family", Shape.Text(8)), new Property("name", Shape.OneOf("standard", "premium")).Required())).Required(),
        new Property("tenantId", Shape.Text(64)),
        new Property("accessPolicies", AccessPolicies.Shape),
        new Property("enabledForDeployment", Shape.Flag()),
        new Property("enabledForDiskEncryption", Shape.Flag()),
        new Property("enabledForTemplateDeployment", Shape.Flag()),
        new Property("enableSoftDelete", Shape.Flag()),
        new Property("softDeleteRetentionInDays", Shape.Number(7, 90)),
        new Property("enableRbacAuthorization", Shape.Flag()),
        new Property("enablePurgeProtection", Shape.Flag()),
        new Property(ModeProperty, Shape.OneOf("default", Recover)),
        new Property("networkAcls", NetworkAcls.Shape),
        new Property("publicNetworkAccess", Shape.OneOf("Enabled", "Disabled")),
        new Property("vaultUri", Shape.Text()).ReadOnly(),
        new Property("provisioningState", Shape.Any()).ReadOnly(),
        new Property("hsmPoolResourceId", Shape.Any()).ReadOnly(),
        new Property("privateEndpointConnections", Shape.Any()).ReadOnly()));

    public override IReadOnlyList<ResourceAction> Actions => [PrivateLinks.Action(TypeName, ("vault", "default"))];

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        edit.Properties.Remove(ModeProperty);
        Recovery.KeepRest(edit);
        edit.Properties["tenantId"] ??= tenant.Id;
        edit.Properties["enableSoftDelete"] ??= true;
        edit.Properties["accessPolicies"] ??= new JsonArray();
        if (edit.Before?.Properties["enablePurgeProtection"]?.GetValue<bool>() == true && edit.Properties["enablePurgeProtection"]?.GetValue<bool>() != true)
        {
            edit.Problems.Add(new("properties.enablePurgeProtection", "Purge protection cannot be taken back.", ProblemCodes.Immutable));
        }

        if (edit.IsCreate)
        {
            await VaultNames.HoldAsync(edit, cancellationToken);
        }
    }

    public override bool RecoversByPut(JsonObject sent) => sent["properties"]?[ModeProperty] is JsonValue mode && mode.TryGetValue<string>(out var word) && word == Recover;

    public override string RecoveryInWords => $"PUT it with properties.{ModeProperty} {Recover}";

    public override IEnumerable<ResourceWrite> RemoveWith(Resource resource) => [VaultNames.Release(resource.Id)];

    public override async ValueTask PresentAsync(JsonObject view, Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        view["properties"]!["vaultUri"] = hosts.OfVault(resource.Id.Name);
        view["properties"]!["privateEndpointConnections"] = await PrivateLinks.ShowAsync(resource, reader, cancellationToken);
    }
}
