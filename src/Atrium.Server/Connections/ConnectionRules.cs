using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Atrium.Contracts;

namespace Atrium.Server.Connections;

/// <summary>What a connection must be. Pure.</summary>
internal static class ConnectionRules
{
    private static readonly FrozenSet<string> WithoutCredentials = new[] { "None", "AAD", "ManagedIdentity" }.ToFrozenSet();

    /// <summary>Of the published categories, those of each group (ConnectionGroup) but the last, which has the rest.</summary>
    private static readonly FrozenDictionary<string, string> Groups = new (string Group, string[] Categories)[]
    {
        ("AzureAI", ["AzureOpenAI", "AIServices", "CognitiveSearch", "CognitiveService", "OpenAI", "Serp", "BingLLMSearch", "Serverless", "ApiKey", "CustomKeys"]),
        ("Azure", ["AzureBlob", "AzureOneLake", "ADLSGen2", "AzureSqlDb", "AzureSynapseAnalytics", "AzureMySqlDb", "AzurePostgresDb", "AzureDataExplorer", "AzureMariaDb", "AzureDatabricksDeltaLake", "AzureSqlMi", "AzureTableStorage", "CosmosDb", "CosmosDbMongoDbApi", "ContainerRegistry"]),
        ("NoSQL", ["Cassandra", "Couchbase", "MongoDbV2", "MongoDbAtlas", "Redis"]),
        ("File", ["S3", "AmazonS3Compatible", "FileServer", "FtpServer", "GoogleCloudStorage", "Hdfs", "OracleCloudStorage", "Sftp"]),
        ("GenericProtocol", ["GenericHttp", "ODataRest", "Odbc", "GenericRest", "GenericContainerRegistry", "Git", "PythonFeed"]),
        ("Database", ["Snowflake", "AmazonRdsForOracle", "AmazonRdsForSqlServer", "AmazonRedshift", "Db2", "Drill", "GoogleBigQuery", "Greenplum", "Hbase", "Hive", "Impala", "Informix", "MariaDb", "MicrosoftAccess", "MySql", "Netezza", "Oracle", "Phoenix", "PostgreSql", "Presto", "SapOpenHub", "SapBw", "SapHana", "SapTable", "Spark", "SqlServer", "Sybase", "Teradata", "Vertica"]),
    }.SelectMany(g => g.Categories.Select(c => (c, g.Group))).ToFrozenDictionary(p => p.c, p => p.Group, StringComparer.OrdinalIgnoreCase);

    public static string GroupOf(string? category) => category is not null && Groups.TryGetValue(category, out var group) ? group : "ServicesAndApps";

    /// <param name="properties">The document to be written, without secrets.</param>
    /// <param name="credentials">Those that the request brings; null for none.</param>
    /// <param name="before">Null when it is new.</param>
    /// <param name="isOnProject">Whether it lies in a project.</param>
    public static IEnumerable<Problem> Check(JsonObject properties, JsonObject? credentials, JsonObject? before, bool isOnProject)
    {
        var auth = (string?)properties["authType"];
        if (auth is not null && !WithoutCredentials.Contains(auth) && credentials is null && (before is null || (string?)before["authType"] != auth))
        {
            yield return new("properties.credentials", $"'properties.credentials' is required with authType {auth}.", ProblemCodes.Required);
        }

        if (credentials is not null && auth is not null)
        {
            var category = (string?)properties["category"];
            foreach (var name in CredentialRules.Lacking(auth, category, credentials))
            {
                var of = CredentialRules.IsOfCategory(auth, name) ? $"authType {auth} and category {category}" : $"authType {auth}";
                yield return new($"properties.credentials.{name}", $"'properties.credentials.{name}' is required with {of}.", ProblemCodes.Required);
            }
        }

        if (isOnProject && properties["isSharedToAll"]?.GetValue<bool>() == true)
        {
            yield return new("properties.isSharedToAll", "A connection of a project is the project's alone. Make it on the hub to share it with all projects.");
        }

        if (properties["category"] is null)
        {
            yield return new("properties.category", "'properties.category' is required, such as AzureOpenAI, AIServices, ApiKey or CustomKeys.", ProblemCodes.Required);
        }

        if (properties["target"] is null && auth is not "CustomKeys")
        {
            yield return new("properties.target", "'properties.target' is required: the address or id of what is connected.", ProblemCodes.Required);
        }
    }
}
