using System.Text.Json.Nodes;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Subscriptions;

/// <summary>The resource providers and their types, read off the declarations (Microsoft.Resources, Providers_Get). Clients ask it for api-versions.</summary>
internal static class Providers
{
    public static void MapProviders(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/subscriptions/{subscriptionId}/providers", List).WithTags("Providers");
        routes.MapGet("/subscriptions/{subscriptionId}/providers/{provider}", Get).WithTags("Providers");
        routes.MapPost("/subscriptions/{subscriptionId}/providers/{provider}/register", Get).WithTags("Providers");
        routes.MapGet("/subscriptions/{subscriptionId}/providers/{provider}/resourceTypes", ListTypes).WithTags("Providers");
        routes.MapGet("/providers", ListOfTenant).WithTags("Providers");
        routes.MapGet("/providers/{provider}", GetOfTenant).WithTags("Providers");
        routes.MapGet("/providers/{provider}/operations", ListOperations).WithTags("Providers");
    }

    private static IResult List(string subscriptionId, HttpContext context, ResourceCatalog catalog) => ListIn($"/subscriptions/{subscriptionId}", context, catalog);

    private static IResult ListOfTenant(HttpContext context, ResourceCatalog catalog) => ListIn("", context, catalog);

    private static IResult Get(string subscriptionId, string provider, HttpContext context, ResourceCatalog catalog) =>
        Results.Json(ViewIn($"/subscriptions/{subscriptionId}", provider, context, catalog));

    private static IResult GetOfTenant(string provider, HttpContext context, ResourceCatalog catalog) => Results.Json(ViewIn("", provider, context, catalog));

    private static IResult ListTypes(string subscriptionId, string provider, HttpContext context, ResourceCatalog catalog) =>
        Results.Json(new JsonObject { ["value"] = ViewIn($"/subscriptions/{subscriptionId}", provider, context, catalog)["resourceTypes"]!.DeepClone() });

    private static IResult ListIn(string scope, HttpContext context, ResourceCatalog catalog)
    {
        ResourceRequests.Read(context, KnownVersions.Resources);
        var all = Namespaces(catalog).Select(name => (JsonNode)View(scope, name, catalog));
        return Results.Json(new JsonObject { ["value"] = new JsonArray([.. all]) });
    }

    private static JsonObject ViewIn(string scope, string provider, HttpContext context, ResourceCatalog catalog)
    {
        ResourceRequests.Read(context, KnownVersions.Resources);
        var name = Namespaces(catalog).FirstOrDefault(n => n.Equals(provider, StringComparison.OrdinalIgnoreCase))
            ?? throw ApiException.NotFound("InvalidResourceNamespace", $"The resource namespace '{provider}' is not known here.");
        return View(scope, name, catalog);
    }

    /// <summary>The RBAC operations of a provider: what roles can name.</summary>
    private static IResult ListOperations(string provider, HttpContext context, ResourceCatalog catalog)
    {
        var types = catalog.Types.Where(t => Namespace(t).Equals(provider, StringComparison.OrdinalIgnoreCase)).OrderBy(t => t.Name, StringComparer.Ordinal).ToArray();
        if (types.Length == 0)
        {
            throw ApiException.NotFound("InvalidResourceNamespace", $"The resource namespace '{provider}' is not known here.");
        }

        ResourceRequests.Read(context, [.. types.SelectMany(t => t.ApiVersions).Distinct()]);
        var operations = types.SelectMany(ProviderOperations.Of);
        return Results.Json(new JsonObject { ["value"] = new JsonArray([.. operations.Distinct(StringComparer.OrdinalIgnoreCase).Select(Describe)]) });
    }

    private static JsonNode Describe(string operation)
    {
        var parts = operation.Split('/');
        return new JsonObject
        {
            ["name"] = operation,
            ["isDataAction"] = false,
            ["display"] = new JsonObject
            {
                ["provider"] = parts[0],
                ["resource"] = string.Join('/', parts[1..^1]),
                ["operation"] = parts[^1],
                ["description"] = operation,
            },
        };
    }

    private static JsonObject View(string scope, string name, ResourceCatalog catalog)
    {
        var types = catalog.Types.Where(t => Namespace(t) == name).OrderBy(t => t.Name, StringComparer.Ordinal).Select(type => (JsonNode)new JsonObject
        {
            ["resourceType"] = type.Name[(name.Length + 1)..],
            ["locations"] = new JsonArray("local"),
            ["apiVersions"] = new JsonArray([.. type.ApiVersions.Order(StringComparer.Ordinal).Reverse().Select(v => (JsonNode)v)]),
            ["defaultApiVersion"] = type.ApiVersions.Where(v => !v.EndsWith("preview", StringComparison.Ordinal)).Max(StringComparer.Ordinal),
            ["capabilities"] = "SupportsTags, SupportsLocation",
        });
        return new()
        {
            ["id"] = $"{scope}/providers/{name}",
            ["namespace"] = name,
            ["registrationState"] = "Registered",
            ["registrationPolicy"] = "RegistrationFree",
            ["resourceTypes"] = new JsonArray([.. types]),
        };
    }

    private static IEnumerable<string> Namespaces(ResourceCatalog catalog) => catalog.Types.Select(Namespace).Distinct(StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal);

    private static string Namespace(ResourceType type) => type.Name[..type.Name.IndexOf('/', StringComparison.Ordinal)];
}
