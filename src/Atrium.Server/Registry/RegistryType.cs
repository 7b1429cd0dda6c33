using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Registry;

/// <summary><c>Microsoft.ContainerRegistry/registries</c> as a resource. Its images are not served yet, so it shows no login server.</summary>
internal sealed partial class RegistryType : ResourceType
{
    public override string Name => "Microsoft.ContainerRegistry/registries";

    public override ResourceParent Parent => ResourceParent.ResourceGroup;

    public override ImmutableArray<string> ApiVersions { get; } =
    [
        "2017-10-01", "2019-05-01", "2020-11-01-preview", "2021-06-01-preview", "2021-09-01", "2022-12-01", "2023-01-01-preview", "2023-07-01", "2023-11-01-preview", "2024-11-01-preview",
        "2025-04-01", "2025-11-01",
    ];

    public override Regex NameRule => Names();

    public override string NameRuleInWords => "5 to 50 letters or digits";

    public override ObjectShape Body { get; } = Envelope.Tracked(
        Shape.Object(
            new Property("adminUserEnabled", Shape.Flag()),
            new Property("publicNetworkAccess", Shape.OneOf("Enabled", "Disabled")),
            new Property("anonymousPullEnabled", Shape.Flag()),
            new Property("dataEndpointEnabled", Shape.Flag()),
            new Property("zoneRedundancy", Shape.OneOf("Enabled", "Disabled")),
            new Property("networkRuleBypassOptions", Shape.OneOf("AzureServices", "None")),
            new Property("networkRuleSet", Shape.Map(Shape.Any())),
            new Property("policies", Shape.Map(Shape.Any())),
            new Property("encryption", Shape.Map(Shape.Any())),
            new Property("loginServer", Shape.Any()).ReadOnly(),
            new Property("creationDate", Shape.Any()).ReadOnly(),
            new Property("provisioningState", Shape.Any()).ReadOnly()),
        new Property("sku", Envelope.Sku).Required(),
        new Property("identity", Envelope.ManagedIdentity));

    public override ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        if (edit.IsCreate)
        {
            edit.Properties["creationDate"] = edit.Now.UtcDateTime;
        }

        return ValueTask.CompletedTask;
    }

    [GeneratedRegex("^[a-zA-Z0-9]{5,50}$")]
    private static partial Regex Names();
}
