using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Hubs;

/// <summary>
/// <c>{workspace}/managedNetworks/default</c>: the managed network by itself, as newer api-versions have it. It is a part of the workspace's document, so the
/// same rules hold whichever way it is written; a project shows that of its hub.
/// </summary>
internal sealed class ManagedNetworkType(WorkspaceKinds kinds, IAtriumStore store, IAccessControl access, IServiceProvider services) : ResourceType, IEmbeddedType
{
    private const string TypeName = $"{Workspaces.Type}/managedNetworks";
    private const string OnlyName = "default";

    public override string Name => TypeName;

    public override ResourceParent Parent => ResourceParent.Resource;

    public override ImmutableArray<string> ApiVersions => MachineLearningVersions.All;

    public override ResourceMethods Methods => ResourceMethods.All & ~ResourceMethods.Delete;

    public override ObjectShape Body { get; } = new(
    [
        .. Envelope.ServiceFields,
        new Property("properties", Shape.Object(new Property("managedNetwork", NetworkShape.ManagedNetwork).Required(), new Property("provisioningState", Shape.Any()).ReadOnly())).Required(),
    ]);

    public async Task<IResult> AnswerOneAsync(ResourceId id, ResourceRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        switch (context.Request.Method)
        {
            case "GET" or "HEAD":
                await access.DemandAsync(request.Caller, $"{TypeName}/read", id, cancellationToken);
                return Results.Json(await FindAsync(id, cancellationToken));
            case "PUT" or "PATCH":
                var body = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? throw ApiException.BadRequest("InvalidRequestContent", "The request has no body.");
                await access.DemandAsync(request.Caller, $"{TypeName}/write", id, cancellationToken);
                await FindAsync(id, cancellationToken);
                await WriteAsync(id, body, request, cancellationToken);
                return Results.Json(await FindAsync(id, cancellationToken));
            default:
                throw ApiException.MethodNotAllowed(context.Request.Method, "GET, PUT, PATCH");
        }
    }

    public async Task<IResult> AnswerListAsync(ResourceId parent, ResourceRequest request, CancellationToken cancellationToken)
    {
        await access.DemandAsync(request.Caller, $"{TypeName}/read", parent, cancellationToken);
        return Results.Json(new JsonObject { ["value"] = new JsonArray(await FindAsync(parent.Child("managedNetworks", OnlyName), cancellationToken)) });
    }

    private async Task WriteAsync(ResourceId id, JsonObject body, ResourceRequest request, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var sent = EditRules.ReadPut(Body, body, problems);
        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        // Writer and catalog hold the types, so they cannot come in through the constructor.
        var writer = services.GetRequiredService<ResourceWriter>();
        var workspaces = services.GetRequiredService<ResourceCatalog>().Find(Workspaces.Type)!;
        var patch = new JsonObject { ["properties"] = new JsonObject { ["managedNetwork"] = sent["properties"]!["managedNetwork"]!.DeepClone() } };
        await writer.WriteAsync(workspaces, id.Parent!, patch, isPatch: true, request with { AuthorizedAs = $"{TypeName}/write" }, cancellationToken);
    }

    private async Task<JsonObject> FindAsync(ResourceId id, CancellationToken cancellationToken)
    {
        var reader = new ResourceReader(store);
        var workspace = await reader.FindAsync(id.Parent!, cancellationToken) ?? throw ApiException.NotFound(id.Parent!);
        if (!id.Name.Equals(OnlyName, StringComparison.OrdinalIgnoreCase))
        {
            throw ApiException.NotFound(id);
        }

        var settings = await kinds.Of(workspace.Body).SettingsAsync(workspace, reader, cancellationToken);
        return new()
        {
            ["id"] = workspace.Id.Child("managedNetworks", OnlyName).Text,
            ["name"] = OnlyName,
            ["type"] = TypeName,
            ["properties"] = new JsonObject
            {
                ["managedNetwork"] = settings.FirstOrDefault(s => s.Name == "managedNetwork")?.Value?.DeepClone(),
                ["provisioningState"] = "Succeeded",
            },
        };
    }
}
