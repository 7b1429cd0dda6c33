using System.Collections.Immutable;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.AiServices;

/// <summary>A deployment: a name under which a model is called (Microsoft.CognitiveServices, Deployment).</summary>
internal abstract partial class DeploymentBase(IModelCatalog catalog) : ResourceType
{
    private const string ConnectionType = "Microsoft.MachineLearningServices/workspaces/connections";

    public override ResourceParent Parent => ResourceParent.Resource;

    public override Regex NameRule => Names();

    public override string NameRuleInWords => "1 to 64 letters, digits, hyphens, underscores or dots";

    public override ObjectShape Body { get; } = new(
    [
        .. Envelope.ServiceFields,
        new Property("sku", Envelope.Sku),
        new Property("tags", Envelope.TagMap),
        new Property("properties", Shape.Object(
            new Property("model", Shape.Object(
                new Property("format", Shape.Text(64)),
                new Property("name", Shape.Text(256, min: 1)).Required(),
                new Property("version", Shape.Text(64)),
                new Property("publisher", Shape.Text(256)),
                new Property("source", Shape.IdOf(ConnectionType)),
                new Property("sourceAccount", Shape.IdOf()),
                new Property("callRateLimit", Shape.Any()).ReadOnly())).Required(),
            new Property("scaleSettings", Shape.Object(
                new Property("scaleType", Shape.OneOf("Standard", "Manual")),
                new Property("capacity", Shape.Number(0, int.MaxValue)),
                new Property("activeCapacity", Shape.Any()).ReadOnly())),
            new Property("raiPolicyName", Shape.Text(256)),
            new Property("versionUpgradeOption", Shape.OneOf("OnceNewDefaultVersionAvailable", "OnceCurrentVersionExpired", "NoAutoUpgrade")),
            new Property("provisioningState", Shape.Any()).ReadOnly(),
            new Property("servedBy", Shape.Any()).ReadOnly(),
            new Property("capabilities", Shape.Any()).ReadOnly(),
            new Property("callRateLimit", Shape.Any()).ReadOnly(),
            new Property("rateLimits", Shape.Any()).ReadOnly())).Required(),
    ]);

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        if (edit.Properties["model"] is not JsonObject model || model["name"] is not JsonValue)
        {
            return;
        }

        var parent = await edit.Reader.FindAsync(edit.Id.Parent!, cancellationToken);
        var (name, source) = ((string)model["name"]!, (string?)model["source"]);
        var served = ServedModel.Resolve(name, source, catalog);
        if (served is null)
        {
            var known = string.Join(", ", catalog.Models.Select(m => m.Name));
            edit.Problems.Add(new(
                "properties.model.name",
                $"The model '{name}' is not available here and none of its kind is. Available: {known}; or name a connection to a server that has it in properties.model.source.",
                "DeploymentModelNotSupported"));
        }
        else if (served.Connection is { } id
            && (await edit.Reader.FindAsync(id, cancellationToken) is not { } connection || !await MayUseAsync(edit, parent, connection, cancellationToken)))
        {
            // One answer for both: whether another workspace has such a connection is not told.
            edit.Problems.Add(new("properties.model.source", $"The connection '{id}' was not found, or may not be used here."));
        }

        model["format"] ??= served?.Reason == "embedded" ? CatalogModel.Format : "OpenAI";
        model["version"] ??= "1";
    }

    public override ValueTask PresentAsync(JsonObject view, Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        var properties = (JsonObject)view["properties"]!;
        var model = (JsonObject)properties["model"]!;
        view["etag"] = resource.ETag;
        if (ServedModel.Resolve((string)model["name"]!, (string?)model["source"], catalog) is { } served)
        {
            properties["servedBy"] = new JsonObject { ["model"] = served.Model, ["reason"] = served.Reason };
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Whether a deployment here may answer through that connection.</summary>
    protected abstract ValueTask<bool> MayUseAsync(ResourceEdit edit, Resource? parent, Resource connection, CancellationToken cancellationToken);

    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}$")]
    private static partial Regex Names();
}

/// <summary><c>accounts/deployments</c>: seen by the account and by every project of its hub.</summary>
internal sealed class DeploymentType(IModelCatalog catalog, IAccessControl access) : DeploymentBase(catalog)
{
    public const string TypeName = $"{AccountType.TypeName}/deployments";
    public const int MostPerAccount = 1000;

    public override string Name => TypeName;

    public override ImmutableArray<string> ApiVersions => CognitiveVersions.All;

    /// <summary>A connection of the hub that the account came with; for an account of its own, one whose secret the caller may read anyway.</summary>
    protected override async ValueTask<bool> MayUseAsync(ResourceEdit edit, Resource? parent, Resource connection, CancellationToken cancellationToken) =>
        parent?.Stored.Link is { } hub
            ? connection.Id.Parent!.Key == hub
            : await access.IsAllowedAsync(edit.Caller, $"{connection.Id.Type}/listsecrets/action", connection.Id, cancellationToken);
}
