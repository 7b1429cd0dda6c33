using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Registry;

/// <summary><c>Microsoft.ContainerRegistry/registries</c> as a resource. Its images have an API of their own (<see cref="Images.ImageRoutes"/>).</summary>
internal sealed class RegistryType(ISecretCipher cipher, HostNames hosts) : ResourceType
{
    public const string TypeName = "Microsoft.ContainerRegistry/registries";

    public override string Name => TypeName;

    public override ResourceParent Parent => ResourceParent.ResourceGroup;

    public override ImmutableArray<string> ApiVersions => Versions;

    public static readonly ImmutableArray<string> Versions =
    [
        "2017-10-01", "2019-05-01", "2020-11-01-preview", "2021-06-01-preview", "2021-09-01", "2022-12-01", "2023-01-01-preview", "2023-07-01", "2023-11-01-preview", "2024-11-01-preview",
        "2025-04-01", "2025-11-01",
    ];

    public override Regex NameRule => RegistryNames.Rule;

    public override string NameRuleInWords => RegistryNames.RuleInWords;

    public override ObjectShape Body { get; } = Envelope.Tracked(
        Shape.Object(
            new Property("adminUserEnabled", Shape.Flag()),
            new Property("publicNetworkAccess", Shape.OneOf("Enabled", "Disabled")),
            new Property("anonymousPullEnabled", Shape.Flag()),
            new Property("dataEndpointEnabled", Shape.Flag()),
            new Property("zoneRedundancy", Shape.OneOf("Enabled", "Disabled")),
            new Property("networkRuleBypassOptions", Shape.OneOf("AzureServices", "None")),
            new Property("networkRuleSet", NetworkAcls.Shape),
            new Property("policies", Shape.Map(Shape.Any())),
            new Property("encryption", Shape.Map(Shape.Any())),
            new Property("privateEndpointConnections", Shape.Any()).ReadOnly(),
            new Property("loginServer", Shape.Any()).ReadOnly(),
            new Property("creationDate", Shape.Any()).ReadOnly(),
            new Property("provisioningState", Shape.Any()).ReadOnly()),
        new Property("sku", Envelope.Sku).Required(),
        new Property("identity", Envelope.ManagedIdentity));

    public override IReadOnlyList<ResourceAction> Actions =>
    [
        PrivateLinks.Action(TypeName, ("registry", "registry")),
        new("POST", "listCredentials", $"{TypeName}/listCredentials/action", (call, cancellationToken) => RegistryCredentials.ListAsync(call, cipher, cancellationToken)),
        new("POST", "regenerateCredential", $"{TypeName}/regenerateCredential/action", (call, cancellationToken) => RegistryCredentials.RegenerateAsync(call, cipher, cancellationToken)) { Changes = true },
    ];

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        if (!edit.IsCreate)
        {
            return;
        }

        await RegistryNames.HoldAsync(edit, cancellationToken);
        edit.Properties["creationDate"] = edit.Now.UtcDateTime;
        foreach (var name in RegistryCredentials.Names)
        {
            edit.Secrets[RegistryCredentials.SecretName(name)] = RegistryCredentials.New();
        }
    }

    public override IEnumerable<ResourceWrite> RemoveWith(Resource resource) => [RegistryNames.Release(resource.Id)];

    public override async ValueTask PresentAsync(JsonObject view, Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        view["properties"]!["loginServer"] = hosts.OfRegistry(resource.Id.Name);
        view["properties"]!["privateEndpointConnections"] = await PrivateLinks.ShowAsync(resource, reader, cancellationToken);
    }
}
