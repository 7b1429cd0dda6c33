using Atrium.Portal.Api;

namespace Atrium.Portal.Manage;

/// <summary>What one resource is called in the different views: the portal, a resource group, cost analysis, the studio, templates. Pure.</summary>
public static class ViewNames
{
    private const string Provider = "Microsoft.MachineLearningServices/workspaces";

    /// <summary>The views, each with what a hub and a project are called in it; the view's own text is <c>names.{Key}</c>.</summary>
    public static IReadOnlyList<(string Key, string Hub, string Project)> All { get; } =
    [
        ("portal", "Azure AI resource", "Project"),
        ("group", "Azure AI", "Azure AI project"),
        ("cost", "Azure AI service", "Azure Machine Learning workspace"),
        ("studio", "—", "Azure Machine Learning workspace (kind: project)"),
        ("provider", $"{Provider}, kind \"hub\"", $"{Provider}, kind \"project\""),
    ];

    private static readonly Dictionary<string, string> InGroup = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Microsoft.CognitiveServices/accounts"] = "Azure AI services",
        ["Microsoft.CognitiveServices/accounts/deployments"] = "Model deployment",
        ["Microsoft.KeyVault/vaults"] = "Key vault",
        ["Microsoft.Storage/storageAccounts"] = "Storage account",
        ["Microsoft.ContainerRegistry/registries"] = "Container registry",
        ["Microsoft.MachineLearningServices/workspaces/connections"] = "Connection",
        ["Microsoft.MachineLearningServices/workspaces/deployments"] = "Model deployment",
    };

    /// <summary>What templates and the API call the type of a resource.</summary>
    public static string TypeInTemplates(FoundResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return resource.Id.IsOfType(Provider) && resource.Kind is { Length: > 0 } kind ? $"{resource.Id.Type}, kind \"{kind}\"" : resource.Id.Type;
    }

    /// <summary>What a resource group calls the type of a resource.</summary>
    public static string TypeInGroup(FoundResource resource)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return !resource.Id.IsOfType(Provider) ? InGroup.GetValueOrDefault(resource.Id.Type, resource.Id.Type)
            : (resource.Kind ?? "").Equals("hub", StringComparison.OrdinalIgnoreCase) ? All[1].Hub
            : (resource.Kind ?? "").Equals("project", StringComparison.OrdinalIgnoreCase) ? All[1].Project
            : "Azure Machine Learning workspace";
    }
}
