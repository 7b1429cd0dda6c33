using System.Text.Json.Nodes;
using Atrium.Server.Resources;

namespace Atrium.Server.Vault.Keys;

/// <summary>What a caller reads of a key (Key Vault 7.5, KeyBundle, KeyItem and their deleted kinds). Never the private half. Pure.</summary>
internal static class KeyView
{
    /// <summary>One version with its public half.</summary>
    public static JsonObject Bundle(HttpRequest request, Resource vault, string name, JsonObject document)
    {
        var key = document["key"]!.DeepClone().AsObject();
        key.Insert(0, "kid", IdOf(request, name, document));
        var bundle = new JsonObject { ["key"] = key };
        Describe(bundle, document, vault);
        return bundle;
    }

    /// <summary>One of a list.</summary>
    public static JsonObject Item(HttpRequest request, Resource vault, string name, JsonObject document, bool withVersion)
    {
        var item = new JsonObject { ["kid"] = withVersion ? IdOf(request, name, document) : VaultKind.IdOf(request, VaultKind.Keys.Collection, name) };
        Describe(item, document, vault);
        return item;
    }

    public static string IdOf(HttpRequest request, string name, JsonObject document) => VaultKind.IdOf(request, VaultKind.Keys.Collection, name, (string)document["version"]!);

    private static void Describe(JsonObject view, JsonObject document, Resource vault)
    {
        var attributes = VaultRecovery.Attributes(document, vault);
        attributes["exportable"] = false;
        view["attributes"] = attributes;
        if (document["tags"] is { } tags)
        {
            view["tags"] = tags.DeepClone();
        }
    }
}
