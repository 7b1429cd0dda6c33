using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Hubs;

/// <summary>
/// <c>{workspace}/outboundRules/{name}</c>: the rules of the managed network one by one. They are a part of the workspace's document, so the same rules
/// hold whichever way they are written; a project shows those of its hub. Conditions (<c>If-None-Match: *</c>) are about the rule.
/// </summary>
internal sealed class OutboundRuleType(WorkspaceKinds kinds, IAtriumStore store, IAccessControl access, IServiceProvider services) : ResourceType, IEmbeddedType
{
    private const string TypeName = $"{Workspaces.Type}/outboundRules";

    public override string Name => TypeName;

    public override ResourceParent Parent => ResourceParent.Resource;

    public override ImmutableArray<string> ApiVersions => MachineLearningVersions.All;

    public override ResourceMethods Methods => ResourceMethods.All & ~ResourceMethods.Patch;

    public override ObjectShape Body { get; } = new([.. Envelope.ServiceFields, new Property("properties", NetworkShape.Rule).Required()]);

    public async Task<IResult> AnswerOneAsync(ResourceId id, ResourceRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        switch (context.Request.Method)
        {
            case "GET" or "HEAD":
                await access.DemandAsync(request.Caller, $"{TypeName}/read", id, cancellationToken);
                return Results.Json(await FindAsync(id, cancellationToken) ?? throw ApiException.NotFound(id));
            case "PUT":
                var body = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? throw ApiException.BadRequest("InvalidRequestContent", "The request has no body.");
                await access.DemandAsync(request.Caller, $"{TypeName}/write", id, cancellationToken);
                await PutAsync(id, body, request, cancellationToken);
                return Results.Json(await FindAsync(id, cancellationToken));
            case "DELETE":
                await access.DemandAsync(request.Caller, $"{TypeName}/delete", id, cancellationToken);
                return await DeleteAsync(id, request, cancellationToken) ? Results.Ok() : Results.NoContent();
            default:
                throw ApiException.MethodNotAllowed(context.Request.Method, "GET, PUT, DELETE");
        }
    }

    public async Task<IResult> AnswerListAsync(ResourceId parent, ResourceRequest request, CancellationToken cancellationToken)
    {
        await access.DemandAsync(request.Caller, $"{TypeName}/read", parent, cancellationToken);
        var rules = await RulesAsync(parent, cancellationToken);
        return Results.Json(new JsonObject { ["value"] = new JsonArray([.. rules.Select(r => (JsonNode)View(parent.Child("outboundRules", r.Key), r.Value!))]) });
    }

    private async Task PutAsync(ResourceId id, JsonObject body, ResourceRequest request, CancellationToken cancellationToken)
    {
        var problems = new List<Problem>();
        var rule = EditRules.ReadPut(Body, body, problems)["properties"] as JsonObject;
        if (RequiredRules.IsName(id.Name))
        {
            problems.Add(new("name", $"Names that begin with {RequiredRules.Prefix} are the service's own."));
        }

        if (problems.Count > 0)
        {
            throw ApiException.Invalid(problems);
        }

        var before = (await RulesAsync(id.Parent!, cancellationToken)).FirstOrDefault(r => Same(r.Key, id.Name));
        await WriteAsync(id, before.Key ?? id.Name, Replacement(before.Value as JsonObject ?? [], rule!), request, "write", cancellationToken);
    }

    /// <summary>False where there was none.</summary>
    private async Task<bool> DeleteAsync(ResourceId id, ResourceRequest request, CancellationToken cancellationToken)
    {
        if (await new ResourceReader(store).FindAsync(id.Parent!, cancellationToken) is not { } workspace)
        {
            return false;
        }

        var (name, rule) = (await RulesAsync(id.Parent!, cancellationToken)).FirstOrDefault(r => Same(r.Key, id.Name));
        if (rule is null)
        {
            return false;
        }

        if (Workspaces.IsProject(workspace.Body))
        {
            throw ApiException.Invalid([new("name", $"'{name}' is a rule of the project's hub. Delete it at '{workspace.Properties.Text("hubResourceId")}/outboundRules/{name}'.", ProblemCodes.Inherited)]);
        }

        if (RequiredRules.IsName(name))
        {
            throw ApiException.Conflict("RequiredOutboundRule", $"'{name}' is a rule of the service, without which the network does not work. It goes when the settings that need it do.");
        }

        await WriteAsync(id, name, null, request, "delete", cancellationToken);
        return true;
    }

    private async Task WriteAsync(ResourceId id, string name, JsonObject? change, ResourceRequest request, string verb, CancellationToken cancellationToken)
    {
        // Writer and catalog hold the types, so they cannot come in through the constructor.
        var writer = services.GetRequiredService<ResourceWriter>();
        var workspaces = services.GetRequiredService<ResourceCatalog>().Find(Workspaces.Type)!;
        var patch = new JsonObject { ["properties"] = new JsonObject { ["managedNetwork"] = new JsonObject { ["outboundRules"] = new JsonObject { [name] = change } } } };
        await writer.WriteAsync(workspaces, id.Parent!, patch, isPatch: true, request with { AuthorizedAs = $"{TypeName}/{verb}", DemandOfPart = Demand }, cancellationToken);

        // A rule that is there has the version of the workspace, whose document it is in.
        void Demand(Resource? workspace)
        {
            var isThere = (workspace?.Properties["managedNetwork"]?["outboundRules"] as JsonObject)?.Any(rule => Same(rule.Key, id.Name)) == true;
            if (!Preconditions.Hold(isThere ? workspace!.Stored.Version : null, request.IfMatch, request.IfNoneMatch))
            {
                throw ApiException.VersionMismatch(id);
            }
        }
    }

    private async Task<JsonObject?> FindAsync(ResourceId id, CancellationToken cancellationToken)
    {
        var (name, rule) = (await RulesAsync(id.Parent!, cancellationToken)).FirstOrDefault(r => Same(r.Key, id.Name));
        return rule is null ? null : View(id.Parent!.Child("outboundRules", name), rule);
    }

    private async Task<JsonObject> RulesAsync(ResourceId workspaceId, CancellationToken cancellationToken)
    {
        var reader = new ResourceReader(store);
        var workspace = await reader.FindAsync(workspaceId, cancellationToken) ?? throw ApiException.NotFound(workspaceId);
        var settings = await kinds.Of(workspace.Body).SettingsAsync(workspace, reader, cancellationToken);
        return settings.FirstOrDefault(s => s.Name == "managedNetwork")?.Value?["outboundRules"] as JsonObject ?? [];
    }

    private static JsonObject View(ResourceId id, JsonNode rule) => new()
    {
        ["id"] = id.Text,
        ["name"] = id.Name,
        ["type"] = TypeName,
        ["properties"] = rule.DeepClone(),
    };

    /// <summary>The merge patch that turns one value into another: what is not there any more is nulled.</summary>
    private static JsonObject Replacement(JsonObject before, JsonObject after)
    {
        var patch = after.DeepClone().AsObject();
        foreach (var (name, old) in before)
        {
            if (!after.ContainsKey(name))
            {
                patch[name] = null;
            }
            else if (old is JsonObject oldObject && after[name] is JsonObject newObject)
            {
                patch[name] = Replacement(oldObject, newObject);
            }
        }

        return patch;
    }

    private static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
