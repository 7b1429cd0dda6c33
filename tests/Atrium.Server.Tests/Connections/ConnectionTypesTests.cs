using System.Net;
using System.Text.Json.Nodes;
using Atrium.Server.Tests.Egress;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Connections;

/// <summary>Connections of every published kind, as one writes and reads them.</summary>
public sealed class ConnectionTypesTests(EgressScene scene) : IClassFixture<EgressScene>
{
    private const string Ml = EgressScene.Ml;

    /// <summary>ConnectionAuthType with the credentials of each; <c>hushed-</c> marks what must not be seen again.</summary>
    public static TheoryData<string, string?> AuthTypes => new()
    {
        { "None", null },
        { "AAD", null },
        { "ManagedIdentity", """{"clientId":"hushed-client","resourceId":"hushed-resource"}""" },
        { "PAT", """{"pat":"hushed-pat"}""" },
        { "SAS", """{"sas":"hushed-sas"}""" },
        { "AccountKey", """{"key":"hushed-account-key"}""" },
        { "ApiKey", """{"key":"hushed-api-key"}""" },
        { "AccessKey", """{"accessKeyId":"hushed-id","secretAccessKey":"hushed-access"}""" },
        { "UsernamePassword", """{"username":"hushed-name","password":"hushed-password","securityToken":"hushed-token"}""" },
        { "ServicePrincipal", """{"clientId":"hushed-app","clientSecret":"hushed-client-secret","tenantId":"hushed-tenant"}""" },
        { "OAuth2", """{"authUrl":"hushed-url","clientId":"hushed-app","clientSecret":"hushed-oauth","developerToken":"hushed-dev","password":"hushed-pass","refreshToken":"hushed-refresh","tenantId":"hushed-tenant","username":"hushed-user"}""" },
        { "CustomKeys", """{"keys":{"one":"hushed-one","two":"hushed-two"}}""" },
    };

    /// <summary>ConnectionCategory.</summary>
    public static TheoryData<string, string> Groups => new()
    {
        { "AzureAI", "AIServices ApiKey AzureOpenAI BingLLMSearch CognitiveSearch CognitiveService CustomKeys OpenAI Serp Serverless" },
        { "Azure", "ADLSGen2 AzureBlob AzureDatabricksDeltaLake AzureDataExplorer AzureMariaDb AzureMySqlDb AzureOneLake AzurePostgresDb AzureSqlDb AzureSqlMi AzureSynapseAnalytics AzureTableStorage ContainerRegistry CosmosDb CosmosDbMongoDbApi" },
        { "NoSQL", "Cassandra Couchbase MongoDbAtlas MongoDbV2 Redis" },
        { "File", "AmazonS3Compatible FileServer FtpServer GoogleCloudStorage Hdfs OracleCloudStorage S3 Sftp" },
        { "GenericProtocol", "GenericContainerRegistry GenericHttp GenericRest Git ODataRest Odbc PythonFeed" },
        { "ServicesAndApps", "AmazonMws Concur Dynamics DynamicsAx DynamicsCrm Eloqua GoogleAdWords Hubspot Jira Magento Marketo Office365 OracleServiceCloud PayPal QuickBooks Responsys Salesforce SalesforceMarketingCloud SalesforceServiceCloud SapCloudForCustomer SapEcc ServiceNow SharePointOnlineList Shopify Square WebTable Xero Zoho" },
    };

    [Theory]
    [MemberData(nameof(AuthTypes))]
    public async Task Each_auth_type_takes_its_credentials_and_shows_them_by_listsecrets_only(string authType, string? credentials)
    {
        foreach (var workspace in (string[])[scene.Hub.Id, scene.Project])
        {
            var id = $"{workspace}/connections/of-{authType.ToLowerInvariant()}";
            var properties = new JsonObject { ["authType"] = authType, ["category"] = "GenericHttp", ["target"] = "https://service.example", ["metadata"] = new JsonObject { ["team"] = "blue" } };
            if (credentials is not null)
            {
                properties["credentials"] = JsonNode.Parse(credentials);
            }

            var made = await scene.Owner.CallAsync("PUT", id + Ml, new { properties });
            Assert.True(made.Status == HttpStatusCode.OK, made.ToString());
            var patched = await scene.Owner.CallAsync("PATCH", id + Ml.Replace("2024-04-01", "2024-10-01", StringComparison.Ordinal), new { properties = new { authType, metadata = new { stage = "test" } } });
            Assert.True(patched.Status == HttpStatusCode.OK, patched.ToString());
            Assert.Equal("""{"team":"blue","stage":"test"}""", patched.Body["properties"]!["metadata"]!.ToJsonString());
            var read = await scene.Owner.CallAsync("GET", id + Ml);
            Assert.Equal((authType, "GenericHttp"), ((string?)read.Body["properties"]!["authType"], (string?)read.Body["properties"]!["category"]));
            foreach (var answer in (Answer[])[made, patched, read, await scene.Owner.CallAsync("GET", $"{workspace}/connections{Ml}")])
            {
                Assert.DoesNotContain("hushed-", answer.ToString(), StringComparison.Ordinal);
            }

            var shown = await scene.Owner.CallAsync("POST", $"{id}/listsecrets{Ml}");
            Assert.True(JsonNode.DeepEquals(credentials is null ? null : JsonNode.Parse(credentials), shown.Body["properties"]!["credentials"]), shown.ToString());
        }

        Assert.DoesNotContain(Directory.EnumerateFiles(scene.Server.Data, "*", SearchOption.AllDirectories), file => Holds(file, "hushed-"u8));
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task Each_category_is_taken_and_belongs_to_its_published_group(string group, string categories)
    {
        foreach (var category in categories.Split(' '))
        {
            var made = await scene.Owner.CallAsync(
                "PUT", $"{scene.Hub.Id}/connections/cat-{category}{Ml}", new { properties = new { authType = "None", category, target = "https://service.example" } });
            Assert.Equal((HttpStatusCode.OK, category, group), (made.Status, (string?)made.Body["properties"]!["category"], (string?)made.Body["properties"]!["group"]));
        }
    }

    [Fact]
    public async Task Missing_credentials_and_an_unknown_auth_type_are_refused_together_with_the_rest()
    {
        var path = $"{scene.Hub.Id}/connections/wrong{Ml}";
        var none = await scene.Owner.CallAsync("PUT", path, new { properties = new { authType = "ApiKey" } });
        Assert.Equal(
            ["properties.category", "properties.credentials", "properties.target"],
            none.Body["error"]!["details"]!.AsArray().Select(problem => (string?)problem!["target"]).Order(StringComparer.Ordinal));
        var unknown = await scene.Owner.CallAsync("PUT", path, new { properties = new { authType = "Handshake", category = "ApiKey", target = "https://service.example" } });
        Assert.Contains("properties.authType", unknown.Body["error"]!["details"]!.AsArray().Select(problem => (string?)problem!["target"]));
    }

    /// <summary>Of WorkspaceConnectionOAuth2 and its siblings: what the descriptions say is required, by auth type and category.</summary>
    [Theory]
    [InlineData("PAT", "Git", "{}", "pat")]
    [InlineData("SAS", "AzureBlob", """{"sas":""}""", "sas")]
    [InlineData("AccountKey", "AzureBlob", "{}", "key")]
    [InlineData("ApiKey", "OpenAI", """{"key":null}""", "key")]
    [InlineData("AccessKey", "S3", """{"accessKeyId":"a"}""", "secretAccessKey")]
    [InlineData("UsernamePassword", "ContainerRegistry", """{"username":"a"}""", "password")]
    [InlineData("UsernamePassword", "Salesforce", """{"username":"a","password":"hushed-b"}""", "securityToken")]
    [InlineData("ServicePrincipal", "AzureSqlDb", """{"clientId":"a"}""", "clientSecret tenantId")]
    [InlineData("CustomKeys", "CustomKeys", """{"keys":{}}""", "keys")]
    [InlineData("CustomKeys", "CustomKeys", """{"keys":{"one":""}}""", "keys")]
    [InlineData("OAuth2", "GenericRest", """{"clientId":"a"}""", "clientSecret")]
    [InlineData("OAuth2", "Concur", """{"clientId":"a","clientSecret":"hushed-b"}""", "authUrl password username")]
    [InlineData("OAuth2", "xero", """{"clientId":"a","clientSecret":"hushed-b"}""", "refreshToken tenantId")]
    [InlineData("OAuth2", "GoogleAdWords", """{"clientId":"a","clientSecret":"hushed-b","refreshToken":"hushed-c"}""", "developerToken")]
    public async Task Each_credential_that_is_lacking_is_named(string authType, string category, string credentials, string lacking)
    {
        var path = $"{scene.Hub.Id}/connections/lacking{Ml}";
        var refused = await scene.Owner.CallAsync("PUT", path, new { properties = new { authType, category, target = "https://service.example", credentials = JsonNode.Parse(credentials) } });
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        var error = refused.Body["error"]!;
        string?[] named = error["details"] is JsonArray { Count: > 0 } details ? [.. details.Select(problem => (string?)problem!["target"])] : [(string?)error["target"]];
        Assert.Equal(lacking.Split(' ').Select(name => $"properties.credentials.{name}"), named.Order(StringComparer.Ordinal));
        Assert.DoesNotContain("hushed-", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await scene.Owner.CallAsync("GET", path)).Status);
    }

    private static bool Holds(string file, ReadOnlySpan<byte> text)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        var read = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return bytes.AsSpan(0, read).IndexOf(text) >= 0;
    }
}
