using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Networks;
using Atrium.Server.Resources.Shapes;
using Atrium.Server.Storage.Sas;

namespace Atrium.Server.Storage;

/// <summary><c>Microsoft.Storage/storageAccounts</c> as a resource with two keys. Its blobs and files have APIs of their own (<see cref="Blobs.BlobEndpoint"/>, <see cref="Files.FileEndpoint"/>).</summary>
internal sealed class StorageAccountType(ISecretCipher cipher, HostNames hosts) : ResourceType
{
    public const string TypeName = "Microsoft.Storage/storageAccounts";
    private const int KeyBytes = 64;
    public static readonly string[] KeyNames = ["key1", "key2"];

    public override string Name => TypeName;

    public override ResourceParent Parent => ResourceParent.ResourceGroup;

    public override ImmutableArray<string> ApiVersions => Versions;

    public static readonly ImmutableArray<string> Versions =
    [
        "2017-06-01", "2018-07-01", "2019-06-01", "2021-01-01", "2021-02-01", "2021-04-01", "2021-08-01", "2021-09-01", "2022-05-01", "2022-09-01",
        "2023-01-01", "2023-04-01", "2023-05-01", "2024-01-01", "2025-01-01", "2025-06-01", "2025-08-01",
    ];

    public override Regex NameRule => StorageNames.Rule;

    public override string NameRuleInWords => StorageNames.RuleInWords;

    public override int CreatedStatus => 200;

    public override ObjectShape Body { get; } = Envelope.Tracked(
        Shape.Object(
            new Property("isHnsEnabled", Shape.Flag()).Immutable(),
            new Property("allowBlobPublicAccess", Shape.Flag()),
            new Property("allowSharedKeyAccess", Shape.Flag()),
            new Property("supportsHttpsTrafficOnly", Shape.Flag()),
            new Property("minimumTlsVersion", Shape.Text(16)),
            new Property("publicNetworkAccess", Shape.OneOf("Enabled", "Disabled", "SecuredByPerimeter")),
            new Property("accessTier", Shape.OneOf("Hot", "Cool", "Cold", "Premium")),
            new Property("networkAcls", NetworkAcls.Shape),
            new Property("encryption", Shape.Map(Shape.Any())),
            new Property("provisioningState", Shape.Any()).ReadOnly(),
            new Property("privateEndpointConnections", Shape.Any()).ReadOnly(),
            new Property("creationTime", Shape.Any()).ReadOnly(),
            new Property("primaryLocation", Shape.Any()).ReadOnly(),
            new Property("primaryEndpoints", Shape.Any()).ReadOnly()),
        new Property("kind", Shape.OneOf("StorageV2", "Storage", "BlobStorage", "FileStorage", "BlockBlobStorage")).Required(),
        new Property("sku", Envelope.Sku).Required(),
        new Property("identity", Envelope.ManagedIdentity));

    public override IReadOnlyList<ResourceAction> Actions =>
    [
        new("POST", "listKeys", $"{TypeName}/listKeys/action", ListKeysAsync),
        new("POST", "revokeUserDelegationKeys", $"{TypeName}/revokeUserDelegationKeys/action", RevokeAsync) { Changes = true },
        PrivateLinks.Action(TypeName, ("blob", "blob"), ("file", "file")),
        new("POST", "regenerateKey", $"{TypeName}/regenerateKey/action", RegenerateAsync) { Changes = true },
    ];

    public override async ValueTask PrepareAsync(ResourceEdit edit, CancellationToken cancellationToken)
    {
        if (edit.IsCreate)
        {
            await StorageNames.HoldAsync(edit, cancellationToken);
            ((JsonObject)(edit.After[Resource.InternalName] ??= new JsonObject()))[StorageAccount.DataField] = Guid.NewGuid().ToString();
            edit.Properties["creationTime"] = edit.Now.UtcDateTime;
            edit.Properties["primaryLocation"] = edit.After["location"]?.DeepClone();
            foreach (var name in KeyNames)
            {
                edit.Secrets[SecretName(name)] = NewKey();
            }

            edit.Secrets[DelegationKeys.SecretName] = NewKey();
        }
    }

    public override IEnumerable<ResourceWrite> RemoveWith(Resource resource) => [StorageNames.Release(resource.Id), AccountPurge.Mark(StorageAccount.Read(resource).Data)];

    public override async ValueTask PresentAsync(JsonObject view, Resource resource, ResourceReader reader, CancellationToken cancellationToken)
    {
        view["properties"]!["primaryEndpoints"] = new JsonObject { ["blob"] = hosts.OfBlobs(resource.Id.Name), ["file"] = hosts.OfFiles(resource.Id.Name) };
        view["properties"]!["privateEndpointConnections"] = await PrivateLinks.ShowAsync(resource, reader, cancellationToken);
    }

    private async Task<ActionResult> ListKeysAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var keys = new JsonArray();
        foreach (var name in KeyNames)
        {
            var kept = await call.Reader.Store.FindSecretAsync(call.Id.Key, SecretName(name), cancellationToken);
            keys.Add(new JsonObject
            {
                ["keyName"] = name,
                ["value"] = kept is null ? null : cipher.Decrypt(call.Id.Key, SecretName(name), kept),
                ["permissions"] = "FULL",
            });
        }

        return ActionResult.Ok(new JsonObject { ["keys"] = keys });
    }

    private async Task<ActionResult> RegenerateAsync(ActionContext call, CancellationToken cancellationToken)
    {
        var wish = call.Body?["keyName"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
        var name = KeyNames.FirstOrDefault(n => n.Equals(wish, StringComparison.OrdinalIgnoreCase)) ?? throw ApiException.Invalid("keyName", "'keyName' must be key1 or key2.");
        var key = NewKey();
        var keys = await ListKeysAsync(call, cancellationToken);
        keys.Body!["keys"]!.AsArray().First(k => (string?)k!["keyName"] == name)!["value"] = key;
        return keys with { Commit = new() { Secrets = [new SecretWrite(call.Id.Key, SecretName(name), cipher.Encrypt(call.Id.Key, SecretName(name), key))] } };
    }

    /// <summary>User delegation keys are made of the secret, so with another one none of them is good any more.</summary>
    private Task<ActionResult> RevokeAsync(ActionContext call, CancellationToken cancellationToken) => Task.FromResult(new ActionResult(StatusCodes.Status200OK, null)
    {
        Commit = new() { Secrets = [new SecretWrite(call.Id.Key, DelegationKeys.SecretName, cipher.Encrypt(call.Id.Key, DelegationKeys.SecretName, NewKey()))] },
    });

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes));

    public static string SecretName(string name) => $"keys.{name}";
}
