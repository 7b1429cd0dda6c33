using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Persistence;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.AiServices;

/// <summary>What is asked of a subscription and not of an account: models, SKUs, whether a name is free.</summary>
internal static class ServiceRoutes
{
    private const string Root = "/subscriptions/{subscriptionId}/providers/Microsoft.CognitiveServices";

    public static void MapServiceRoutes(this IEndpointRouteBuilder routes)
    {
        var services = routes.MapGroup(Root).WithTags("AI services");
        services.MapGet("/skus", (string subscriptionId, HttpContext context, IAccessControl access, CancellationToken cancellationToken) =>
            AnswerAsync(subscriptionId, "skus/read", context, access, CatalogViews.ResourceSkus, cancellationToken));
        services.MapGet("/locations/{location}/models", (string subscriptionId, HttpContext context, IAccessControl access, IModelCatalog catalog, CancellationToken cancellationToken) =>
            AnswerAsync(subscriptionId, "locations/models/read", context, access, () => CatalogViews.Models(catalog), cancellationToken));
        services.MapGet("/locations/{location}/usages", ListUsagesAsync);
        services.MapGet("/locations/{location}/modelCapacities", ListCapacitiesAsync);
        services.MapGet("/modelCapacities", (string subscriptionId, HttpContext context, IAccessControl access, IModelCatalog catalog, CancellationToken cancellationToken) =>
            ListCapacitiesAsync(subscriptionId, "local", context, access, catalog, cancellationToken));
        services.MapPost("/checkDomainAvailability", CheckDomainAsync);
        services.MapPost("/locations/{location}/checkSkuAvailability", CheckSkuAsync);
    }

    private static async Task<IResult> AnswerAsync(
        string subscriptionId, string permission, HttpContext context, IAccessControl access, Func<JsonObject> answer, CancellationToken cancellationToken)
    {
        var request = ResourceRequests.Read(context, CognitiveVersions.All);
        await access.DemandAsync(request.Caller, $"Microsoft.CognitiveServices/{permission}", ResourceId.OfSubscription(subscriptionId), cancellationToken);
        return Results.Json(answer());
    }

    private static async Task<IResult> ListUsagesAsync(
        string subscriptionId, HttpContext context, IAccessControl access, IAtriumStore store, CancellationToken cancellationToken)
    {
        const long limit = 10_000;
        var subscription = ResourceId.OfSubscription(subscriptionId);
        var count = await store.CountAsync(
            new() { Type = AccountType.TypeName.ToLowerInvariant(), KeyPrefix = subscription.ChildPrefix, Take = 1 }, cancellationToken);
        return await AnswerAsync(
            subscriptionId, "locations/usages/read", context, access, () => CatalogViews.List([CatalogViews.Usage("AccountCount", count, limit)]), cancellationToken);
    }

    private static Task<IResult> ListCapacitiesAsync(
        string subscriptionId, string location, HttpContext context, IAccessControl access, IModelCatalog catalog, CancellationToken cancellationToken)
    {
        var query = context.Request.Query;
        var (format, name, version) = (query["modelFormat"].FirstOrDefault(), query["modelName"].FirstOrDefault(), query["modelVersion"].FirstOrDefault());
        if (string.IsNullOrEmpty(format) || string.IsNullOrEmpty(name) || string.IsNullOrEmpty(version))
        {
            throw ApiException.Invalid("modelName", "'modelFormat', 'modelName' and 'modelVersion' are required query parameters.", ProblemCodes.Required);
        }

        return AnswerAsync(
            subscriptionId, "locations/modelCapacities/read", context, access, () => CatalogViews.Capacities(subscriptionId, location, format, name, version, catalog), cancellationToken);
    }

    private static async Task<IResult> CheckDomainAsync(
        string subscriptionId, HttpContext context, IAccessControl access, IAtriumStore store, CancellationToken cancellationToken)
    {
        var body = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? [];
        var name = (string?)body["subdomainName"] ?? throw ApiException.Invalid("subdomainName", "'subdomainName' is required.", ProblemCodes.Required);
        var isFree = SubdomainNames.IsName(name) && await SubdomainNames.IsFreeAsync(name, account: null, store, cancellationToken);
        return await AnswerAsync(
            subscriptionId,
            "checkDomainAvailability/action",
            context,
            access,
            () =>
            {
                var answer = new JsonObject { ["isSubdomainAvailable"] = isFree, ["subdomainName"] = name, ["type"] = (string?)body["type"], ["kind"] = (string?)body["kind"] };
                if (!isFree)
                {
                    answer["reason"] = SubdomainNames.IsName(name) ? "The name is held by another account." : "The name must have 2 to 64 letters, digits or hyphens.";
                }

                return answer;
            },
            cancellationToken);
    }

    private static async Task<IResult> CheckSkuAsync(string subscriptionId, HttpContext context, IAccessControl access, CancellationToken cancellationToken)
    {
        var body = await ResourceRequests.ReadBodyAsync(context.Request, cancellationToken) ?? [];
        var skus = body["skus"] as JsonArray ?? throw ApiException.Invalid("skus", "'skus' is required: a list of names.", ProblemCodes.Required);
        return await AnswerAsync(
            subscriptionId,
            "locations/checkSkuAvailability/action",
            context,
            access,
            () => CatalogViews.List(skus.Select(sku => new JsonObject
            {
                ["kind"] = (string?)body["kind"],
                ["type"] = (string?)body["type"],
                ["skuName"] = sku?.ToString(),
                ["skuAvailable"] = true,
            })),
            cancellationToken);
    }
}
