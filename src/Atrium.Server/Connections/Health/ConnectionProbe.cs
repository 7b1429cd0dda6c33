using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Atrium.Server.Hubs;

namespace Atrium.Server.Connections.Health;

/// <summary>The call that shows whether a connection works: one that changes nothing, costs nothing and needs the credential where the service has such a call. Pure.</summary>
/// <param name="Address">What is called with GET.</param>
/// <param name="Header">The header that carries the credential; null where none is sent.</param>
/// <param name="Value">The credential.</param>
/// <param name="IsOfCategory">Whether it is a call of the category's service, which shows whether a credential is taken; else the target itself is called, and no credential sent.</param>
internal sealed record ConnectionProbe(Uri Address, string? Header, string? Value, bool IsOfCategory)
{
    private const string AzureOpenAIVersion = "2024-10-21";
    private const string SearchVersion = "2024-07-01";
    private const string SafetyVersion = "2024-09-01";

    /// <summary>Null where the target is no web address.</summary>
    /// <param name="connection">Properties of the connection.</param>
    /// <param name="credentials">Its credentials; null for none.</param>
    public static ConnectionProbe? Of(JsonObject connection, JsonObject? credentials)
    {
        if (!Uri.TryCreate(connection.Text("target"), UriKind.Absolute, out var target) || target.Scheme is not ("http" or "https"))
        {
            return null;
        }

        var key = credentials?.Text("key") ?? (credentials?["keys"] as JsonObject)?.Select(entry => (string?)entry.Value).FirstOrDefault() ?? credentials?.Text("pat");
        var root = target.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return connection.Text("category")?.ToUpperInvariant() switch
        {
            "OPENAI" or "SERVERLESS" => By($"{root}{(HasVersion(root) ? "" : "/v1")}/models", "Authorization", key is null ? null : $"Bearer {key}"),
            "AZUREOPENAI" => By($"{root}/openai/models?api-version={AzureOpenAIVersion}", "api-key", key),
            "AISERVICES" => By($"{root}/openai/models?api-version={AzureOpenAIVersion}", "api-key", key),
            "COGNITIVESEARCH" => By($"{root}/indexes?api-version={SearchVersion}&$select=name", "api-key", key),
            "COGNITIVESERVICE" => By($"{root}/contentsafety/text/blocklists?api-version={SafetyVersion}", "Ocp-Apim-Subscription-Key", key),
            "CONTAINERREGISTRY" or "GENERICCONTAINERREGISTRY" => By($"{target.GetLeftPart(UriPartial.Authority)}/v2/", "Authorization", Basic(credentials)),
            "GIT" => By($"{root}/info/refs?service=git-upload-pack", "Authorization", Basic(credentials) ?? (key is null ? null : Basic("", key))),
            "PYTHONFEED" => By($"{root}/", "Authorization", Basic(credentials) ?? (key is null ? null : Basic("", key))),
            _ => new(new(target.AbsoluteUri), null, null, IsOfCategory: false),
        };
    }

    private static ConnectionProbe By(string address, string header, string? value) => new(new(address), value is null ? null : header, value, IsOfCategory: true);

    private static string? Basic(JsonObject? credentials) =>
        credentials?.Text("username") is { } name && credentials.Text("password") is { } password ? Basic(name, password) : null;

    private static string Basic(string name, string password) => new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"))).ToString();

    private static bool HasVersion(string address)
    {
        var last = address[(address.LastIndexOf('/') + 1)..];
        return last.Length > 1 && last[0] == 'v' && char.IsAsciiDigit(last[1]);
    }
}
