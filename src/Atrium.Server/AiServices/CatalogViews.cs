using System.Text.Json.Nodes;

namespace Atrium.Server.AiServices;

/// <summary>The catalog in the published shapes (AccountModel, Model, ResourceSku, Usage). Pure.</summary>
internal static class CatalogViews
{
    private const string SkuName = "Standard";
    private const string StandardTier = "S0";
    private const int LargestCapacity = 1000;

    public static JsonObject AccountModels(IModelCatalog catalog) => List(catalog.Models.Select(Describe));

    public static JsonObject Models(IModelCatalog catalog) => List(catalog.Models.Select(m => new JsonObject
    {
        ["model"] = Describe(m),
        ["kind"] = "AIServices",
        ["skuName"] = StandardTier,
    }));

    /// <summary>Where a model can be deployed and how large. Nobody shares this place, so all that a SKU can have is free; nothing is fine-tuned here.</summary>
    public static JsonObject Capacities(string subscriptionId, string location, string format, string name, string version, IModelCatalog catalog) =>
        List(ServedModel.Resolve(name, source: null, catalog) is null
            ? []
            : [new JsonObject
            {
                ["id"] = $"/subscriptions/{subscriptionId}/providers/Microsoft.CognitiveServices/locations/{location}/models/{format}.{name}.{version}/skuCapacities/{SkuName}",
                ["type"] = "Microsoft.CognitiveServices/locations/models/skuCapacities",
                ["name"] = SkuName,
                ["location"] = location,
                ["properties"] = new JsonObject
                {
                    ["model"] = new JsonObject { ["format"] = format, ["name"] = name, ["version"] = version },
                    ["skuName"] = SkuName,
                    ["availableCapacity"] = LargestCapacity,
                    ["availableFinetuneCapacity"] = 0,
                },
            }]);

    public static JsonObject AccountSkus() => List([new JsonObject
    {
        ["resourceType"] = AccountType.TypeName,
        ["sku"] = new JsonObject { ["name"] = StandardTier, ["tier"] = SkuName },
    }]);

    public static JsonObject ResourceSkus() => List(((string[])["AIServices", "OpenAI", "ContentSafety", "CognitiveServices"]).Select(kind => new JsonObject
    {
        ["resourceType"] = "accounts",
        ["name"] = StandardTier,
        ["tier"] = SkuName,
        ["kind"] = kind,
        ["locations"] = new JsonArray("local"),
        ["restrictions"] = new JsonArray(),
    }));

    public static JsonObject Usage(string name, long value, long limit) => new()
    {
        ["name"] = new JsonObject { ["value"] = name, ["localizedValue"] = name },
        ["unit"] = "Count",
        ["currentValue"] = value,
        ["limit"] = limit,
    };

    public static JsonObject List(IEnumerable<JsonObject> items) => new() { ["value"] = new JsonArray([.. items]) };

    private static string CapabilityOf(ModelKind kind) => kind switch
    {
        ModelKind.Chat => "chatCompletion",
        ModelKind.Embeddings => "embeddings",
        _ => "audioTranscription",
    };

    private static JsonObject Describe(CatalogModel model) => new()
    {
        ["format"] = CatalogModel.Format,
        ["name"] = model.Name,
        ["version"] = model.Version,
        ["description"] = model.Description,
        ["isDefaultVersion"] = true,
        ["lifecycleStatus"] = "GenerallyAvailable",
        ["capabilities"] = new JsonObject { [CapabilityOf(model.Kind)] = "true" },
        ["skus"] = new JsonArray(new JsonObject { ["name"] = SkuName, ["usageName"] = $"Atrium.{SkuName}.{model.Name}", ["capacity"] = new JsonObject { ["default"] = 1, ["maximum"] = LargestCapacity } }),
    };
}
