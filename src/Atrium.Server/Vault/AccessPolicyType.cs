using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Vault;

/// <summary><c>PUT {vault}/accessPolicies/add|replace|remove</c> (Vaults_UpdateAccessPolicy). The policies themselves are a part of the vault's document.</summary>
internal sealed class AccessPolicyType(IAtriumStore store, IAccessControl access, IServiceProvider services) : ResourceType, IEmbeddedType
{
    private const string TypeName = $"{VaultType.TypeName}/accessPolicies";

    /// <summary>How often a change is tried again when another writer of the vault was faster.</summary>
    private const int MaxTries = 8;

    public override string Name => TypeName;

    public override ResourceParent Parent => ResourceParent.Resource;

    public override ImmutableArray<string> ApiVersions => VaultType.Versions;

    public override ResourceMethods Methods => ResourceMethods.Put;

    public override bool HasProvisioningState => false;

    public override ObjectShape Body { get; } = new([.. Envelope.ServiceFields, new Property("properties", Shape.Object(new Property("accessPolicies", AccessPolicies.Shape).Required())).Required()]);

    public async Task<IResult> AnswerOneAsync(ResourceId id, ResourceRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Request.Method != "PUT")
        {
            throw ApiException.MethodNotAllowed(context.Request.Method, "PUT");
        }

        var body = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? throw ApiException.BadRequest("InvalidRequestContent", "The request has no body.");
        await access.DemandAsync(request.Caller, $"{TypeName}/write", id, cancellationToken);
        var operation = id.Name.ToLowerInvariant();
        var problems = new List<Problem>();
        if (operation is not (AccessPolicies.Add or AccessPolicies.Replace or AccessPolicies.Remove))
        {
            problems.Add(new("operationKind", $"'{id.Name}' is none of {AccessPolicies.Add}, {AccessPolicies.Replace}, {AccessPolicies.Remove}."));
        }

        var sent = EditRules.ReadPut(Body, body, problems);
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        var vault = await ChangeAsync(id.Parent!, operation, sent["properties"]!["accessPolicies"]!.AsArray(), request, cancellationToken);
        return Results.Json(new JsonObject
        {
            ["id"] = $"{vault.Id}/accessPolicies/",
            ["type"] = TypeName,
            ["properties"] = new JsonObject { ["accessPolicies"] = vault.Properties["accessPolicies"]!.DeepClone() },
        });
    }

    public Task<IResult> AnswerListAsync(ResourceId parent, ResourceRequest request, CancellationToken cancellationToken) =>
        throw ApiException.MethodNotAllowed("GET", "PUT");

    /// <summary>Written on condition that the vault is still as it was read, so that of two changes at once neither is lost.</summary>
    private async Task<Resource> ChangeAsync(ResourceId vaultId, string operation, JsonArray change, ResourceRequest request, CancellationToken cancellationToken)
    {
        // Writer and catalog hold the types, so they cannot come in through the constructor.
        var writer = services.GetRequiredService<ResourceWriter>();
        var vaults = services.GetRequiredService<ResourceCatalog>().Find(VaultType.TypeName)!;
        for (var attempt = 1; ; attempt++)
        {
            var vault = await new ResourceReader(store).FindAsync(vaultId, cancellationToken) ?? throw ApiException.NotFound(vaultId);
            var policies = AccessPolicies.Apply(vault.Properties["accessPolicies"] as JsonArray ?? [], operation, change);
            var patch = new JsonObject { ["properties"] = new JsonObject { ["accessPolicies"] = policies } };
            var conditional = request with { AuthorizedAs = $"{TypeName}/write", IfMatch = vault.ETag, IfNoneMatch = null };
            try
            {
                return (await writer.WriteAsync(vaults, vaultId, patch, isPatch: true, conditional, cancellationToken)).Resource;
            }
            catch (ApiException refused) when (refused.Status == StatusCodes.Status412PreconditionFailed && attempt < MaxTries)
            {
            }
        }
    }
}
