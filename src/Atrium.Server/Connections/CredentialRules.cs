using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace Atrium.Server.Connections;

/// <summary>
/// What the credentials of a connection must have: that without which nobody signs in by the auth type, and what the published descriptions say of single categories
/// (WorkspaceConnectionOAuth2, WorkspaceConnectionUsernamePassword). Pure.
/// </summary>
internal static class CredentialRules
{
    private static readonly FrozenDictionary<string, string[]> ByAuthType = new Dictionary<string, string[]>
    {
        ["PAT"] = ["pat"],
        ["SAS"] = ["sas"],
        ["AccountKey"] = ["key"],
        ["ApiKey"] = ["key"],
        ["AccessKey"] = ["accessKeyId", "secretAccessKey"],
        ["UsernamePassword"] = ["username", "password"],
        ["ServicePrincipal"] = ["clientId", "clientSecret", "tenantId"],
        ["OAuth2"] = ["clientId", "clientSecret"],
        ["CustomKeys"] = ["keys"],
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<(string AuthType, string Category), string[]> ByCategory = new Dictionary<(string, string), string[]>
    {
        [("OAuth2", "CONCUR")] = ["authUrl", "username", "password"],
        [("OAuth2", "SERVICENOW")] = ["username", "password"],
        [("OAuth2", "GOOGLEADWORDS")] = ["developerToken", "refreshToken"],
        [("OAuth2", "GOOGLEBIGQUERY")] = ["refreshToken"],
        [("OAuth2", "HUBSPOT")] = ["refreshToken"],
        [("OAuth2", "QUICKBOOKS")] = ["refreshToken", "tenantId"],
        [("OAuth2", "SQUARE")] = ["refreshToken"],
        [("OAuth2", "XERO")] = ["refreshToken", "tenantId"],
        [("OAuth2", "ZOHO")] = ["refreshToken"],
        [("UsernamePassword", "SALESFORCE")] = ["securityToken"],
    }.ToFrozenDictionary();

    /// <summary>The members that are required and not there, or empty.</summary>
    public static IEnumerable<string> Lacking(string authType, string? category, JsonObject credentials) =>
        ByAuthType.GetValueOrDefault(authType, []).Concat(ByCategory.GetValueOrDefault((authType, category?.ToUpperInvariant() ?? ""), [])).Where(name => !IsThere(credentials[name]));

    /// <summary>Whether it is the category that requires it.</summary>
    public static bool IsOfCategory(string authType, string name) => !ByAuthType.GetValueOrDefault(authType, []).Contains(name);

    private static bool IsThere(JsonNode? value) => value switch
    {
        JsonObject map => map.Count > 0 && map.All(entry => IsThere(entry.Value)),
        JsonValue text => text.TryGetValue<string>(out var word) && word.Length > 0,
        _ => false,
    };
}
