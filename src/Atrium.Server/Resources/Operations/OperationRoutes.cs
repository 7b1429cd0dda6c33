using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources.Networks;

namespace Atrium.Server.Resources.Operations;

/// <summary>Where a client sees how far a long-running operation is.</summary>
internal static class OperationRoutes
{
    private const int RetryAfterSeconds = 1;
    private const int RetryAfterMilliseconds = 200;
    private const string Status = "/subscriptions/{subscriptionId}/providers/{provider}/locations/{location}/operationStatuses/{id}";
    private const string Result = "/subscriptions/{subscriptionId}/providers/{provider}/locations/{location}/operationResults/{id}";

    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Status, GetStatusAsync).WithTags("Operations");
        routes.MapGet(Result, GetResultAsync).WithTags("Operations");
    }

    /// <summary>Sets the headers of a 202.</summary>
    public static void Announce(HttpContext context, StoredOperation operation, ResourceRequest request)
    {
        var id = ResourceId.Parse(operation.ResourceId);
        var provider = id.Type[..id.Type.IndexOf('/', StringComparison.Ordinal)];
        var place = $"{request.BaseUri}/subscriptions/{id.Subscription?.Name ?? Guid.Empty.ToString()}/providers/{provider}/locations/local";
        context.Response.Headers["Azure-AsyncOperation"] = $"{place}/operationStatuses/{operation.Id}?api-version={request.ApiVersion}";
        context.Response.Headers.Location = $"{place}/operationResults/{operation.Id}?api-version={request.ApiVersion}";
        AskLater(context);
    }

    private static async Task<IResult> GetStatusAsync(string id, HttpContext context, IAtriumStore store, IAccessControl access, INetworkGate gate, CancellationToken cancellationToken)
    {
        var operation = await FindAsync(id, context, store, access, gate, cancellationToken);
        var view = new JsonObject
        {
            ["id"] = context.Request.Path.Value,
            ["name"] = operation.Id,
            ["resourceId"] = operation.ResourceId,
            ["status"] = operation.Status is OperationStatus.Running ? "InProgress" : operation.Status.ToString(),
            ["startTime"] = operation.StartedAt.UtcDateTime,
            ["percentComplete"] = operation.PercentComplete,
        };
        if (operation.EndedAt is { } ended)
        {
            view["endTime"] = ended.UtcDateTime;
        }

        if (operation.Error is { } error)
        {
            view["error"] = JsonNode.Parse(error);
        }

        if (operation.Output is { } output)
        {
            view["properties"] = JsonNode.Parse(output);
        }

        if (operation.Status is OperationStatus.Running)
        {
            AskLater(context);
        }

        return Results.Json(view);
    }

    private static async Task<IResult> GetResultAsync(
        string id, HttpContext context, IAtriumStore store, IAccessControl access, INetworkGate gate, ResourceCatalog catalog, CancellationToken cancellationToken)
    {
        var operation = await FindAsync(id, context, store, access, gate, cancellationToken);
        switch (operation.Status)
        {
            case OperationStatus.Running:
                AskLater(context);
                context.Response.Headers.Location = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.Path}{context.Request.QueryString}";
                return Results.StatusCode(StatusCodes.Status202Accepted);
            case OperationStatus.Failed or OperationStatus.Canceled:
                return Results.Json(new JsonObject { ["error"] = JsonNode.Parse(operation.Error ?? "{}") }, statusCode: StatusCodes.Status409Conflict);
        }

        if (operation.Output is { } output)
        {
            return Results.Text(output, "application/json");
        }

        var resource = ResourceId.Parse(operation.ResourceId);
        var reader = new ResourceReader(store);
        return operation.Kind == OperationKinds.Provision && catalog.Find(resource.Type) is { } type
            && await reader.FindAsync(resource, cancellationToken) is { } found
            ? Results.Json(await ResourceQueries.ViewAsync(type, found, reader, cancellationToken))
            : Results.NoContent();
    }

    /// <summary>Its starter may see an operation, and whoever may read the resource.</summary>
    private static async Task<StoredOperation> FindAsync(
        string id, HttpContext context, IAtriumStore store, IAccessControl access, INetworkGate gate, CancellationToken cancellationToken)
    {
        var caller = context.Features.Get<Caller>() ?? throw ApiException.Unauthenticated("AuthenticationFailed", "Authentication failed.", "Bearer");
        var operation = Guid.TryParse(id, out _) ? await store.FindOperationAsync(id, cancellationToken) : null;
        if (operation is not null)
        {
            var resource = ResourceId.Parse(operation.ResourceId);
            if (operation.Caller == caller.ObjectId || await access.IsAllowedAsync(caller, $"{resource.Type}/read", resource, cancellationToken))
            {
                await gate.DemandManagementAsync(CallOrigin.Of(context), resource, cancellationToken);
                return operation;
            }
        }

        throw ApiException.NotFound("OperationNotFound", $"The operation '{id}' was not found.");
    }

    private static void AskLater(HttpContext context)
    {
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.Headers["retry-after-ms"] = RetryAfterMilliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }
}
