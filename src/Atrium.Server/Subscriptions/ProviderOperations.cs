using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Server.Hosting;
using Atrium.Server.Resources;

namespace Atrium.Server.Subscriptions;

/// <summary>What a role can allow, provider by provider and type by type, read off the declarations (Microsoft.Authorization, ProviderOperationsMetadata).</summary>
internal static class ProviderOperations
{
    private const string Root = "/providers/Microsoft.Authorization/providerOperations";
    private static readonly ImmutableArray<string> Versions = ["2015-07-01", "2017-05-01", "2018-01-01-preview", "2022-04-01"];
    private static readonly (string Verb, ResourceMethods Methods)[] Verbs =
    [
        ("read", ResourceMethods.Get | ResourceMethods.List), ("write", ResourceMethods.Put | ResourceMethods.Patch), ("delete", ResourceMethods.Delete),
    ];

    public static void MapProviderOperations(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(Root, List).WithTags("Providers");
        routes.MapGet(Root + "/{provider}", Get).WithTags("Providers");
    }

    /// <summary>The operations of a type: reading, writing and deleting it, and its actions.</summary>
    public static IEnumerable<string> Of(ResourceType type) => Verbs
        .Where(v => (type.Methods & v.Methods) != 0)
        .Select(v => $"{type.OperationName}/{v.Verb}")
        .Concat(type.Actions.Select(action => action.Permission))
        .Distinct(StringComparer.OrdinalIgnoreCase);

    private static IResult List(HttpContext context, ResourceCatalog catalog)
    {
        ResourceRequests.Read(context, Versions);
        return Results.Json(new JsonObject { ["value"] = new JsonArray([.. catalog.Types.GroupBy(Namespace, StringComparer.OrdinalIgnoreCase).OrderBy(g => g.Key, StringComparer.OrdinalIgnoreCase).Select(View)]) });
    }

    private static IResult Get(string provider, HttpContext context, ResourceCatalog catalog)
    {
        ResourceRequests.Read(context, Versions);
        return Results.Json(catalog.Types.GroupBy(Namespace, StringComparer.OrdinalIgnoreCase).FirstOrDefault(g => g.Key.Equals(provider, StringComparison.OrdinalIgnoreCase)) is { } types
            ? View(types)
            : throw ApiException.NotFound("InvalidResourceNamespace", $"The resource namespace '{provider}' is not known here."));
    }

    private static JsonNode View(IGrouping<string, ResourceType> provider) => new JsonObject
    {
        ["id"] = $"{Root}/{provider.Key}",
        ["name"] = provider.Key,
        ["type"] = "Microsoft.Authorization/providerOperations",
        ["displayName"] = provider.Key,
        ["resourceTypes"] = new JsonArray([.. provider.OrderBy(t => t.Name, StringComparer.OrdinalIgnoreCase).Select(View)]),
        ["operations"] = new JsonArray(),
    };

    private static JsonNode View(ResourceType type)
    {
        var name = type.Name[(Namespace(type).Length + 1)..];
        return new JsonObject
        {
            ["name"] = name,
            ["displayName"] = name,
            ["operations"] = new JsonArray([.. Of(type).Select(operation => (JsonNode)new JsonObject
            {
                ["name"] = operation,
                ["displayName"] = operation[(Namespace(type).Length + 1)..],
                ["description"] = operation,
                ["isDataAction"] = false,
            })]),
        };
    }

    private static string Namespace(ResourceType type) => type.Name[..type.Name.IndexOf('/', StringComparison.Ordinal)];
}
