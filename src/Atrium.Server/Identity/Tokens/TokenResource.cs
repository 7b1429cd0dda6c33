using System.Collections.Frozen;

namespace Atrium.Server.Identity.Tokens;

/// <summary>What a token is for. Published clients ask for these names; a token for one is no good at another.</summary>
internal enum TokenResource
{
    /// <summary>The resource API: /subscriptions and /providers.</summary>
    Management,

    /// <summary>Models, content safety, speech, vision.</summary>
    CognitiveServices,

    /// <summary>The data plane of projects.</summary>
    MachineLearning,
    KeyVault,
    Storage,
    Search,
    ContainerRegistry,
}

/// <summary>The published names of the resources.</summary>
internal static class TokenResources
{
    private static readonly FrozenDictionary<string, TokenResource> ByName = new Dictionary<string, TokenResource>
    {
        ["https://management.azure.com"] = TokenResource.Management,
        ["https://management.core.windows.net"] = TokenResource.Management,
        ["https://cognitiveservices.azure.com"] = TokenResource.CognitiveServices,
        ["https://ai.azure.com"] = TokenResource.CognitiveServices,
        ["https://ml.azure.com"] = TokenResource.MachineLearning,
        ["https://vault.azure.net"] = TokenResource.KeyVault,
        ["https://storage.azure.com"] = TokenResource.Storage,
        ["https://search.azure.com"] = TokenResource.Search,
        ["https://containerregistry.azure.net"] = TokenResource.ContainerRegistry,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The resource of an audience, written with or without a slash at the end; null for one that is not known.</summary>
    public static TokenResource? Find(string audience) => ByName.TryGetValue(audience.TrimEnd('/'), out var found) ? found : null;
}
