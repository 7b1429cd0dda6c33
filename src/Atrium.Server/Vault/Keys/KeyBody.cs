using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Vault.Keys;

/// <summary>What a caller sends of a key (Key Vault 7.5, KeyCreateParameters, KeyImportParameters and KeyUpdateParameters), and the document that is kept. Pure.</summary>
internal static class KeyBody
{
    /// <summary>What is to be made, and the document that it will have, without the key itself.</summary>
    /// <exception cref="Atrium.Server.Hosting.ApiException">400 with all that is wrong.</exception>
    public static (KeySpec Spec, JsonObject Document) ReadCreate(JsonObject body, DateTimeOffset now)
    {
        var problems = new List<Problem>();
        var spec = KeySpec.Read(body, problems);
        var document = Document(body, body["key_ops"], "key_ops", spec?.Type, now, problems);
        VaultRequests.Demand(problems);
        return (spec!, document);
    }

    /// <summary>A key from elsewhere, and the document that it will have.</summary>
    /// <exception cref="Atrium.Server.Hosting.ApiException">400 with all that is wrong.</exception>
    public static (KeyPair Pair, JsonObject Document) ReadImport(JsonObject body, DateTimeOffset now)
    {
        var problems = new List<Problem>();
        if (body["hsm"] is { } hsm && !(hsm is JsonValue flag && flag.TryGetValue<bool>(out var on) && !on))
        {
            problems.Add(new("hsm", "This vault has no hardware security module. Leave 'hsm' out, or send false."));
        }

        var jwk = body["key"] as JsonObject;
        var pair = JsonWebKeys.Read(jwk, problems);
        var document = Document(body, jwk?["key_ops"], "key.key_ops", (string?)pair?.Public["kty"], now, problems);
        VaultRequests.Demand(problems);
        return (pair!, document);
    }

    /// <summary>Lays what was sent over a document; what was not sent stays.</summary>
    /// <exception cref="Atrium.Server.Hosting.ApiException">400 with all that is wrong.</exception>
    public static void Apply(JsonObject document, JsonObject sent, DateTimeOffset now)
    {
        var problems = new List<Problem>();
        VaultDocument.Apply(document, sent, now, problems);
        RefuseExport(sent, problems);
        if (sent["key_ops"] is { } operations)
        {
            var key = document["key"]!;
            key["key_ops"] = KeyRules.ReadOperations(operations, "key_ops", (string)key["kty"]!, problems);
        }

        VaultRequests.Demand(problems);
    }

    /// <summary>Puts the public half into a document.</summary>
    public static void Complete(JsonObject document, KeyPair pair)
    {
        var key = pair.Public.DeepClone().AsObject();
        key["key_ops"] = document["key"]!["key_ops"]!.DeepClone();
        document["key"] = key;
    }

    private static JsonObject Document(JsonObject body, JsonNode? operations, string target, string? type, DateTimeOffset now, List<Problem> problems)
    {
        var document = VaultDocument.New(now);
        VaultDocument.Apply(document, body, now, problems);
        RefuseExport(body, problems);
        document["key"] = new JsonObject { ["key_ops"] = type is null ? new JsonArray() : KeyRules.ReadOperations(operations, target, type, problems) };
        return document;
    }

    private static void RefuseExport(JsonObject body, List<Problem> problems)
    {
        if (body["attributes"] is JsonObject attributes && attributes["exportable"] is { } exportable && !(exportable is JsonValue flag && flag.TryGetValue<bool>(out var on) && !on))
        {
            problems.Add(new("attributes.exportable", "Private keys never leave this vault but sealed in a backup. Leave 'exportable' out, or send false."));
        }

        if (body["release_policy"] is not null)
        {
            problems.Add(new("release_policy", "Keys are not released from this vault, so there is no policy for it. Leave 'release_policy' out."));
        }
    }
}
