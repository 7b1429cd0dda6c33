using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources.Networks;
using Atrium.Server.Resources.Operations;

namespace Atrium.Server.Resources;

/// <summary>Leads each request of the resource API to its type. Ids are compared without case and extensions hang on any id, so types are looked up here and not by templates.</summary>
internal sealed class ResourceRoutes(
    ResourceCatalog catalog,
    ResourceWriter writer,
    ResourceQueries queries,
    ResourceRemover remover,
    LockKeeper locks,
    IAccessControl access,
    INetworkGate gate,
    OperationQueue queue,
    IAtriumStore store,
    ISecretCipher cipher,
    TimeProvider clock)
{
    private const StringComparison NoCase = StringComparison.OrdinalIgnoreCase;

    public async Task<IResult> DispatchAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var text = context.Request.Path.Value!.TrimEnd('/');
        if (!ResourcePath.TryParse(text, out var path, out var error))
        {
            throw ApiException.BadRequest("InvalidResourceId", error);
        }

        RefuseNotBuilt(path, context);
        if (path.Tail is null)
        {
            var type = FindPlaced(path.Id);
            return await OneAsync(type, path.Id, context, cancellationToken);
        }

        if (FindCollection(path) is { } listed)
        {
            if (!catalog.IsListedIn(listed, path.Id))
            {
                throw NotHere(context.Request.Path.Value!);
            }

            var request = ResourceRequests.Read(context, listed.ApiVersions);
            Demand(listed, context, ResourceMethods.List, "GET");
            await DemandOpenAsync(request, $"{listed.OperationName}/read", path.Id, cancellationToken);
            if (listed is IEmbeddedType parts)
            {
                return await parts.AnswerListAsync(path.Id, request, cancellationToken);
            }

            return Results.Json(await queries.ListAsync(listed, path.Id, request, text, cancellationToken));
        }

        var owner = FindPlaced(path.Id);
        var action = owner.Actions.FirstOrDefault(a => a.Name.Equals(path.Tail, NoCase)) ?? throw UnknownTail(owner, path);
        if (!action.Method.Equals(context.Request.Method, NoCase))
        {
            throw ApiException.MethodNotAllowed(context.Request.Method, action.Method);
        }

        return await ActAsync(owner, path.Id, action, context, cancellationToken);
    }

    private async Task<IResult> OneAsync(ResourceType type, ResourceId id, HttpContext context, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, type.ApiVersions);
        await DemandOpenAsync(request, PermissionOf(type, context.Request.Method), id, cancellationToken);
        if (type is IEmbeddedType part)
        {
            return await part.AnswerOneAsync(id, request, context, cancellationToken);
        }

        switch (context.Request.Method)
        {
            case "GET" or "HEAD":
                Demand(type, context, ResourceMethods.Get, "GET");
                var (resource, view) = await queries.GetAsync(type, id, request.Caller, cancellationToken);
                context.Response.Headers.ETag = resource.ETag;
                return Results.Json(view);
            case "PUT" or "PATCH":
                var isPatch = context.Request.Method == "PATCH";
                Demand(type, context, isPatch ? ResourceMethods.Patch : ResourceMethods.Put, context.Request.Method);
                var body = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? throw ApiException.BadRequest("InvalidRequestContent", "The request has no body.");
                return await WrittenAsync(type, await writer.WriteAsync(type, id, body, isPatch, request, cancellationToken), request, context, cancellationToken);
            case "DELETE":
                Demand(type, context, ResourceMethods.Delete, "DELETE");
                return await DeleteAsync(type, id, request, context, cancellationToken);
            default:
                throw ApiException.MethodNotAllowed(context.Request.Method, Allowed(type));
        }
    }

    private async Task<IResult> WrittenAsync(ResourceType type, WriteResult result, ResourceRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var view = await ResourceQueries.ViewAsync(type, result.Resource, new(store), cancellationToken);
        context.Response.Headers.ETag = result.Resource.ETag;
        if (result.Operation is { } operation)
        {
            OperationRoutes.Announce(context, operation, request);
            return Results.Json(view, statusCode: StatusCodes.Status202Accepted);
        }

        return Results.Json(view, statusCode: result.IsCreated ? type.CreatedStatus : type.UpdatedStatus);
    }

    private async Task<IResult> DeleteAsync(ResourceType type, ResourceId id, ResourceRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        await type.AuthorizeDeleteAsync(id, request.Caller, access, cancellationToken);
        var purge = request.Query["forceToPurge"].FirstOrDefault() is "true" or "True";
        var reader = new ResourceReader(store);
        var resource = await reader.FindAsync(id, cancellationToken);
        if (resource is null && purge && type.SoftDelete is not null)
        {
            resource = await reader.FindAnyAsync(id.Key, cancellationToken);
        }

        if (resource is null)
        {
            return await type.FindUnstoredAsync(id, cancellationToken) is null
                ? Results.NoContent()
                : throw ApiException.Conflict("CannotBeDeleted", $"'{id}' is built in or was made elsewhere; it cannot be deleted here.");
        }

        foreach (var (action, scope) in type.DeletePermissions(resource))
        {
            await access.DemandAsync(request.Caller, action, scope, cancellationToken);
        }

        if (!Preconditions.Hold(resource.Stored.Version, request.IfMatch, request.IfNoneMatch))
        {
            throw ApiException.VersionMismatch(id);
        }

        await locks.DemandDeletableAsync(id, cancellationToken);
        await type.CheckDeleteAsync(resource, reader, cancellationToken);
        if (!type.DeletesInBackground)
        {
            var view = type.ShowsDeleted ? await ResourceQueries.ViewAsync(type, resource, reader, cancellationToken) : null;
            await remover.RemoveAsync(resource, purge, request.Caller.ObjectId, request.CorrelationId, cancellationToken);
            return view is null ? Results.Ok() : Results.Json(view);
        }

        var operation = OperationKinds.Start(OperationKinds.Delete, resource.Id, request, clock.GetUtcNow(), purge ? OperationKinds.PurgeInput : null);
        var writes = new List<ResourceWrite>();
        if (type.HasProvisioningState && resource.Stored.PurgeAt is null)
        {
            var marked = resource.Body.DeepClone().AsObject();
            ((JsonObject)(marked["properties"] ??= new JsonObject()))["provisioningState"] = "Deleting";
            writes.Add(ResourceWriter.Replace(resource.Stored, resource.Stored with { Body = marked.ToJsonString() }));
        }

        var row = Activity.Row(clock.GetUtcNow(), $"{type.OperationName}/delete", resource.Id, request, "Accepted", StatusCodes.Status202Accepted);
        var outcome = await store.CommitAsync(new() { Resources = writes, Operations = [operation], Activity = [row] }, cancellationToken);
        if (!outcome.Committed)
        {
            throw ApiException.VersionMismatch(id);
        }

        queue.Wake();
        OperationRoutes.Announce(context, operation, request);
        return Results.StatusCode(StatusCodes.Status202Accepted);
    }

    private async Task<IResult> ActAsync(ResourceType type, ResourceId id, ResourceAction action, HttpContext context, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, type.ApiVersions);
        await access.DemandAsync(request.Caller, action.Permission, id, cancellationToken);
        await gate.DemandManagementAsync(request.Origin, id, cancellationToken);
        var body = action.Method == "POST" ? await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) : null;
        var reader = new ResourceReader(store);
        var resource = await reader.FindAsync(id, cancellationToken);
        if (resource is null && action.OnDeleted)
        {
            resource = await reader.FindAnyAsync(id.Key, cancellationToken);
        }

        if (resource is null && action.OnInherited)
        {
            resource = await type.FindInheritedAsync(id, reader, cancellationToken);
        }

        if (resource is null)
        {
            throw ApiException.NotFound(id);
        }

        if (action.IsLongRunning)
        {
            var input = body?.ToJsonString() is { } plain && action.HasSecretBody ? OperationKinds.Seal(plain, resource.Id, cipher) : body?.ToJsonString();
            var operation = OperationKinds.Start(OperationKinds.ActionPrefix + action.Name, resource.Id, request, clock.GetUtcNow(), input);
            var accepted = Activity.Row(clock.GetUtcNow(), action.Permission, resource.Id, request, "Accepted", StatusCodes.Status202Accepted);
            await store.CommitAsync(new() { Operations = [operation], Activity = [accepted] }, cancellationToken);
            queue.Wake();
            OperationRoutes.Announce(context, operation, request);
            return Results.StatusCode(StatusCodes.Status202Accepted);
        }

        var call = new ActionContext { Resource = resource, Caller = request.Caller, BaseUri = request.BaseUri, Reader = reader, Body = body, Query = request.Query };
        if (action.Changes)
        {
            await locks.DemandWritableAsync(id, cancellationToken);
        }

        var result = await action.RunAsync(call, cancellationToken);
        if (action.IsLogged || result.Commit is not null)
        {
            var commit = result.Commit ?? new();
            var row = Activity.Row(clock.GetUtcNow(), action.Permission, resource.Id, request, "Succeeded", result.Status);
            if (!(await store.CommitAsync(commit with { Activity = [.. commit.Activity, row] }, cancellationToken)).Committed)
            {
                throw ApiException.Conflict("ConcurrentWrites", $"'{id}' was changed at the same time. Nothing was written. Try again.");
            }
        }

        return result.Body is null ? Results.StatusCode(result.Status) : Results.Json(result.Body, statusCode: result.Status);
    }

    private void RefuseNotBuilt(ResourcePath path, HttpContext context)
    {
        var name = path.Tail is not { } last ? path.Id.Type : last.Contains('/') ? last : $"{path.Id.Type}/{last}";
        if (catalog.Find(name) is null && catalog.FindNotBuilt(name) is { } missing)
        {
            ResourceRequests.Read(context, missing.ApiVersions);
            throw ApiException.NotBuilt(missing.Name);
        }
    }

    /// <summary>The type of an id whose every segment may lie where it does. Asked before any right, so that nothing but the id decides.</summary>
    private ResourceType FindPlaced(ResourceId id) => catalog.Find(id.Type) is { } type && catalog.IsPlaced(id) ? type : throw NotHere(id.Text);

    private static ApiException NotHere(string path) => ApiException.NotFound(
        "InvalidResourceType", $"The resource type of '{path}' is not known here, or does not lie here. GET /subscriptions/{{id}}/providers lists the types that are.");

    private ResourceType? FindCollection(ResourcePath path)
    {
        if (path.Tail is not { } last)
        {
            return null;
        }

        var name = path switch
        {
            { Id.Parent: null, Tail: "subscriptions" } => ResourceId.SubscriptionType,
            { Id.Type: ResourceId.SubscriptionType } when last.Equals("resourceGroups", NoCase) => ResourceId.ResourceGroupType,
            _ when last.Contains('/') => last,
            { Id.Type: ResourceId.SubscriptionType or ResourceId.ResourceGroupType } => null,
            _ => $"{path.Id.Type}/{last}",
        };
        return name is null ? null : catalog.Find(name) ?? (last.Contains('/') ? throw NotHere($"{path.Id.Text.TrimEnd('/')}/providers/{name}") : null);
    }

    private ApiException UnknownTail(ResourceType owner, ResourcePath path)
    {
        var known = owner.Actions.Select(a => a.Name).Concat(catalog.NestedIn(owner).Select(t => t.Name[(t.Name.LastIndexOf('/') + 1)..]));
        return ApiException.NotFound("InvalidAction", $"'{path.Tail}' is neither an action nor a collection of {owner.Name}. Known: {string.Join(", ", known)}.");
    }

    /// <summary>Refuses a call from a network that may not call. Who has not the right learns no more than that.</summary>
    private async ValueTask DemandOpenAsync(ResourceRequest request, string permission, ResourceId id, CancellationToken cancellationToken)
    {
        if (await gate.AskManagementAsync(request.Origin, id, cancellationToken) is not GateAnswer.Open)
        {
            await access.DemandAsync(request.Caller, permission, id, cancellationToken);
            await gate.DemandManagementAsync(request.Origin, id, cancellationToken);
        }
    }

    private static string PermissionOf(ResourceType type, string method) => method switch
    {
        "PUT" or "PATCH" => $"{type.OperationName}/write",
        "DELETE" => type.DeletePermission,
        _ => $"{type.OperationName}/read",
    };

    private static void Demand(ResourceType type, HttpContext context, ResourceMethods needed, string method)
    {
        if (!type.Methods.HasFlag(needed) || (context.Request.Method != method && context.Request.Method != "HEAD"))
        {
            throw ApiException.MethodNotAllowed(context.Request.Method, Allowed(type));
        }
    }

    private static string Allowed(ResourceType type) =>
        string.Join(", ", new[] { ResourceMethods.Get, ResourceMethods.Put, ResourceMethods.Patch, ResourceMethods.Delete }
            .Where(m => type.Methods.HasFlag(m))
            .Select(m => m.ToString().ToUpperInvariant()));
}
