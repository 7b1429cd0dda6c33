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

namespace Atrium.Server.AiServices;

/// <summary><c>Microsoft.CognitiveServices/accounts</c>: one endpoint and two keys for all AI services.</summary>
internal sealed partial class AccountType(Tenant tenant, ISecretCipher cipher, HostNames hosts, IModelCatalog catalog) : ResourceType
{
    public const string TypeName = "Microsoft.CognitiveServices/accounts";
    private const string RestoreProperty = "restore";

    /// <summary>As the published service.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromDays(2);

    public override string Name => TypeName;

    public override ResourceParent Parent => ResourceParent.ResourceGroup;

    public override ImmutableArray<string> ApiVersions => CognitiveVersions.All;

    public override ObjectShape Body => AccountShape.Body;

    public override Regex NameRule => Names();

    public override string NameRuleInWords => "2 to 64 letters, digits, hyphens, underscores or dots, and a letter or digit at the beginning";

    public override SoftDelete SoftDelete { get; } = new(Retention, "deletedAccounts");

    public override string RecoveryInWords => $"PUT it with properties.{RestoreProperty} true";

    public override IReadOnlyList<ResourceAction> Actions =>
    [
        new("POST", "listKeys", $"{TypeName}/listKeys/action", (call, cancellationToken) => ApiKeys.ListAsync(Demand(call), cipher, cancellationToken)),
        new("POST", "regenerateKey", $"{TypeName}/regenerateKey/action", (call, cancellationToken) => ApiKeys.RegenerateAsync(Demand(call), cipher, cancellationToken)) { Changes = true },
        new("GET", "models", $"{TypeName}/models/read", (_, _) => Task.FromResult(ActionResult.Ok(CatalogViews.AccountModels(catalog)))) { IsLogged = false },
        new("GET", "skus", $"{TypeName}/skus/read", (_, _) => Task.FromResult(ActionResult.Ok(CatalogViews.AccountSkus()))) { IsLogged = false },
        PrivateLinks.Action(TypeName, ("account", "default")),
        new("GET", "usages", $"{TypeName}/usages/read", CountDeploymentsAsync) { IsLogged = false },
    ];

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        edit.Properties.Remove(RestoreProperty);
        Recovery.KeepRest(edit);
        if (edit.IsCreate)
        {
            edit.Properties["dateCreated"] = edit.Now.UtcDateTime;
            edit.Properties["internalId"] = Guid.NewGuid().ToString("N");
            edit.Properties["publicNetworkAccess"] ??= "Enabled";
            ApiKeys.Make(edit);
        }

        if (edit.After["identity"] is JsonObject identity && ((string?)identity["type"])?.Contains("SystemAssigned", StringComparison.Ordinal) == true)
        {
            identity["principalId"] ??= Guid.NewGuid().ToString();
            identity["tenantId"] = tenant.Id;
        }

        await NameAsync(edit, cancellationToken);
    }

    public override async ValueTask PresentAsync(JsonObject view, Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        var properties = (JsonObject)view["properties"]!;
        var endpoint = hosts.OfAccount((string)properties["customSubDomainName"]!);
        view["etag"] = resource.ETag;
        properties["endpoint"] = endpoint;
        properties["endpoints"] = new JsonObject
        {
            ["OpenAI Language Model Instance API"] = endpoint,
            ["Azure AI Model Inference API"] = endpoint,
            ["Content Safety"] = endpoint,
        };
        properties["privateEndpointConnections"] = await PrivateLinks.ShowAsync(resource, reader, cancellationToken);
        if (resource.Stored.PurgeAt is { } purgeAt)
        {
            properties["deletionDate"] = (purgeAt - Retention).UtcDateTime;
            properties["scheduledPurgeDate"] = purgeAt.UtcDateTime;
        }
    }

    public override bool RecoversByPut(JsonObject sent) => sent["properties"]?[RestoreProperty] is JsonValue wish && wish.TryGetValue<bool>(out var yes) && yes;

    public override IEnumerable<ResourceWrite> RemoveWith(Resource resource) => [SubdomainNames.Release((string)resource.Properties["customSubDomainName"]!)];

    /// <summary>Once a name is held it stays: addresses must not move from one account to another.</summary>
    private static async ValueTask NameAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        const string target = "properties.customSubDomainName";
        var before = (string?)edit.Before?.Properties["customSubDomainName"];
        var wish = edit.Text("customSubDomainName")?.ToLowerInvariant();
        if (before is not null)
        {
            if (wish is not null && wish != before)
            {
                edit.Problems.Add(new(target, $"'{target}' is '{before}' and cannot be changed.", ProblemCodes.Immutable));
            }

            edit.Properties["customSubDomainName"] = before;
            return;
        }

        var store = edit.Reader.Store;
        if (wish is not null && !SubdomainNames.IsName(wish))
        {
            edit.Problems.Add(new(target, $"'{target}' must have 2 to 64 letters, digits or hyphens, and no hyphen at either end."));
            return;
        }

        if (wish is not null && !await SubdomainNames.IsFreeAsync(wish, edit.Id, store, cancellationToken))
        {
            edit.Problems.Add(new(target, $"The name '{wish}' is held by another account.", "CustomDomainInUse"));
            return;
        }

        var first = SubdomainNames.DefaultOf(edit.Id);
        var name = wish ?? (SubdomainNames.IsName(first) && await SubdomainNames.IsFreeAsync(first, edit.Id, store, cancellationToken) ? first : SubdomainNames.FallbackOf(edit.Id));
        edit.Properties["customSubDomainName"] = name;
        edit.AlsoWrite.Add(SubdomainNames.Hold(name, edit.Id));
    }

    private static ActionContext Demand(ActionContext call) => call.Resource.Properties["disableLocalAuth"]?.GetValue<bool>() != true
        ? call
        : throw ApiException.BadRequest("LocalAuthDisabled", "Keys are disabled for this account (properties.disableLocalAuth). Use tokens.");

    private static async Task<ActionResult> CountDeploymentsAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var count = await call.Reader.Store.CountAsync(
            new() { Type = DeploymentType.TypeName.ToLowerInvariant(), KeyPrefix = call.Id.ChildPrefix, Take = 1 }, cancellationToken);
        return ActionResult.Ok(new JsonObject { ["value"] = new JsonArray(CatalogViews.Usage("Deployments", count, DeploymentType.MostPerAccount)) });
    }

    [GeneratedRegex(@"^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,63}$")]
    private static partial Regex Names();
}
