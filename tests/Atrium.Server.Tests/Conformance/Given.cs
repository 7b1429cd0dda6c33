namespace Atrium.Server.Tests.Conformance;

/// <summary>
/// What an example presumes and no published example makes: calls that a client would have made before, and values in place of the fillers that stand
/// in the example. Placeholders in the calls are the example's own parameters.
/// </summary>
internal sealed record Given
{
    private const string Group = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}";
    private const string Workspace = $"{Group}/providers/Microsoft.MachineLearningServices/workspaces/{{workspaceName}}";
    private const string Account = $"{Group}/providers/Microsoft.CognitiveServices/accounts/{{accountName}}";
    private const string ExampleRole = "0b5fe924-9a61-425c-96af-cfe6e287ca2d";
    private const string ExampleSubscription = "c276fc76-9cd4-44c9-99a7-4fd71546436e";
    private const string Reader = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

    private static readonly Given RoleToAssign = new Given()
        .Fresh(ExampleRole)
        .Put(
            $"/providers/Microsoft.Authorization/roleDefinitions/{ExampleRole}?api-version=2022-04-01",
            """{"properties":{"roleName":"Role {guid}","assignableScopes":["/"],"permissions":[{"actions":["*/read"]}]}}""");

    private static readonly Given DenialToRead = new Given()
        .Fresh("daId")
        .Replace("subscriptions/subId/", $"subscriptions/{ExampleSubscription}/")
        .Put($"/subscriptions/{ExampleSubscription}?api-version=2024-07-01", """{"displayName":"of an example"}""")
        .Put($"/subscriptions/{ExampleSubscription}/resourceGroups/rgname?api-version=2024-07-01", """{"location":"local"}""")
        .Put(
            "/{denyAssignmentId}?api-version=2022-04-01",
            """{"properties":{"denyAssignmentName":"d","principals":[{"id":"{guid}"}],"permissions":[{"actions":["*/delete"]}]}}""");

    private static readonly Given NetworkOn = new Given()
        .Call("PATCH", $"{Workspace}?api-version=2024-04-01", """{"properties":{"managedNetwork":{"isolationMode":"AllowOnlyApprovedOutbound"}}}""");

    private static readonly Given ResourceToTag = new Given()
        .Replace("myPRNameSpace/VM/myVm", "Microsoft.MachineLearningServices/workspaces/tagged")
        .Put("/subscriptions/{subscriptionId}/resourceGroups/my-resource-group?api-version=2024-07-01", """{"location":"local"}""")
        .Put("/{scope}?api-version=2024-04-01", """{"location":"local","properties":{}}""");

    /// <summary>By operation, or by operation and title.</summary>
    private static readonly Dictionary<string, Given> Table = new(StringComparer.Ordinal)
    {
        ["RoleAssignments_Create"] = RoleToAssign,
        ["RoleAssignments_Create: Create role assignment for resource"] = RoleToAssign
            .Replace("Microsoft.DocumentDb/databaseAccounts/", "Microsoft.KeyVault/vaults/")
            .Put("/{scope}?api-version=2023-07-01", """{"location":"local","properties":{"sku":{"family":"A","name":"standard"}}}"""),
        ["RoleAssignments_CreateById"] = RoleToAssign,
        ["RoleAssignments_GetById"] = RoleToAssign,
        ["RoleAssignments_Delete"] = RoleToAssign,
        ["DenyAssignments_GetById"] = DenialToRead,
        ["DenyAssignments_ListForResource"] = new Given()
            .Replace("\"resourceProviderNamespace\":\"resourceProviderNamespace\"", "\"resourceProviderNamespace\":\"Microsoft.MachineLearningServices\"")
            .Replace("\"parentResourcePath\":\"parentResourcePath\"", "\"parentResourcePath\":\"workspaces/w\"")
            .Replace("\"resourceType\":\"resourceType\"", "\"resourceType\":\"connections\""),
        ["ProviderOperationsMetadata_Get"] = new Given().Replace("\"resourceProviderNamespace\":\"resourceProviderNamespace\"", "\"resourceProviderNamespace\":\"Microsoft.KeyVault\""),
        ["RoleDefinitions_Get"] = new Given().Replace("\"roleDefinitionId\":\"roleDefinitionId\"", $"\"roleDefinitionId\":\"{Reader}\""),
        ["Tags_CreateOrUpdateAtScope: Update tags on a resource"] = ResourceToTag,
        ["Tags_UpdateAtScope: Update tags on a resource"] = ResourceToTag,
        ["Tags_GetAtScope: Get tags on a resource"] = ResourceToTag,
        ["Tags_DeleteAtScope: Update tags on a resource"] = ResourceToTag,
        ["Providers_Get"] = new Given().Replace("Microsoft.TestRP1", "Microsoft.KeyVault"),
        ["ProviderResourceTypes_List"] = new Given().Replace("Microsoft.TestRP", "Microsoft.KeyVault"),
        ["WorkspaceConnections_Get"] = new Given().Put(
            $"{Workspace}/connections/{{connectionName}}?api-version=2024-04-01",
            """{"properties":{"category":"ContainerRegistry","target":"https://registry.example","authType":"None"}}"""),
        ["WorkspaceConnections_Update"] = new Given()
            .Put($"{Workspace}?api-version=2024-07-01-preview", """{"location":"local","properties":{}}""")
            .Put(
                $"{Workspace}/connections/{{connectionName}}?api-version=2024-07-01-preview",
                """{"properties":{"category":"ADLSGen2","target":"https://old.example","authType":"AccessKey","credentials":{"accessKeyId":"old","secretAccessKey":"old"}}}"""),
        ["WorkspaceConnections_TestConnection"] = new Given()
            .Put($"{Workspace}?api-version=2024-07-01-preview", """{"location":"local","properties":{}}""")
            .Put($"{Workspace}/connections/{{connectionName}}?api-version=2024-07-01-preview", """{"properties":{"category":"ContainerRegistry","target":"https://registry.example","authType":"None"}}"""),
        ["ManagedNetworkSettingsRule_CreateOrUpdate"] = NetworkOn.Post($"{Workspace}/provisionManagedNetwork?api-version=2024-04-01"),
        ["ManagedNetworkSettingsRule_Delete"] = NetworkOn,
        ["ManagedNetworkProvisions_ProvisionManagedNetwork"] = NetworkOn,
        ["WorkspaceFeatures_List"] = new Given().Put($"{Workspace}?api-version=2024-04-01", """{"location":"local","properties":{}}"""),
        ["Deployments_Get"] = new Given().Put(
            $"{Account}/deployments/{{deploymentName}}?api-version=2023-05-01",
            """{"properties":{"model":{"format":"OpenAI","name":"ada","version":"1"}}}"""),
        ["Deployments_Update"] = new Given()
            .Put($"{Account}?api-version=2024-06-01-preview", """{"location":"local","kind":"OpenAI","sku":{"name":"S0"},"properties":{}}""")
            .Put($"{Account}/deployments/{{deploymentName}}?api-version=2024-06-01-preview", """{"properties":{"model":{"format":"OpenAI","name":"ada","version":"1"}}}"""),
        ["Vaults_PurgeDeleted"] = new Given()
            .Put("/subscriptions/{subscriptionId}/resourceGroups/kv-group?api-version=2024-07-01", """{"location":"local"}""")
            .Put(
                "/subscriptions/{subscriptionId}/resourceGroups/kv-group/providers/Microsoft.KeyVault/vaults/{vaultName}?api-version=2023-07-01",
                """{"location":"{location}","properties":{"sku":{"family":"A","name":"standard"}}}""")
            .Call("DELETE", "/subscriptions/{subscriptionId}/resourceGroups/kv-group/providers/Microsoft.KeyVault/vaults/{vaultName}?api-version=2023-07-01"),
    };

    private static readonly Given Nothing = new();

    public IReadOnlyList<(string Method, string Path, string? Body)> Calls { get; private init; } = [];

    /// <summary>Text of the example, and what stands for it; null for a GUID of its own.</summary>
    public IReadOnlyList<(string Theirs, string? Ours)> Replacements { get; private init; } = [];

    public static Given For(ExampleCase example) => Table.GetValueOrDefault(example.Name) ?? Table.GetValueOrDefault(example.OperationId, Nothing);

    private Given Put(string path, string body) => Call("PUT", path, body);

    private Given Post(string path) => Call("POST", path, "{}");

    private Given Call(string method, string path, string? body = null) => this with { Calls = [.. Calls, (method, path, body)] };

    private Given Replace(string theirs, string ours) => this with { Replacements = [.. Replacements, (theirs, ours)] };

    private Given Fresh(string theirs) => this with { Replacements = [.. Replacements, (theirs, null)] };
}
