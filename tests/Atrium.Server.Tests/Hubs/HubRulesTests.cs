using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Hubs;
using Atrium.Server.Resources;

namespace Atrium.Server.Tests.Hubs;

/// <summary>Tables of wrong inputs: each row is a document, what was there before, and the fields that must be named as wrong.</summary>
public sealed class HubRulesTests
{
    private const string Group = "/subscriptions/s/resourceGroups/g";
    private const string Vault = $"{Group}/providers/Microsoft.KeyVault/vaults/kv1";

    [Theory]
    [InlineData("""{"kind":"hub","properties":{}}""", "")]
    [InlineData("""{"kind":"hub","properties":{"hubResourceId":"/x"}}""", "properties.hubResourceId")]
    [InlineData("""{"kind":"Default","properties":{"workspaceHubConfig":{}}}""", "properties.workspaceHubConfig")]
    [InlineData("""{"kind":"hub","properties":{"featureStoreSettings":{}}}""", "properties.featureStoreSettings")]
    [InlineData("""{"kind":"FeatureStore","properties":{"featureStoreSettings":{}}}""", "")]
    [InlineData("""{"kind":"hub","properties":{"serverlessComputeSettings":{"serverlessComputeCustomSubnet":"/x"}}}""", "properties.serverlessComputeSettings.serverlessComputeCustomSubnet")]
    [InlineData("""{"kind":"hub","properties":{"serverlessComputeSettings":{"serverlessComputeNoPublicIP":true}}}""", "")]
    [InlineData("""{"kind":"hub","identity":{"type":"UserAssigned"},"properties":{"keyVault":"/x"}}""", "properties.storageAccount properties.containerRegistry")]
    [InlineData("""{"kind":"hub","identity":{"type":"SystemAssigned,UserAssigned"},"properties":{"keyVault":"/x","storageAccount":"/y","containerRegistry":"/z"}}""", "")]
    [InlineData("""{"kind":"hub","properties":{"primaryUserAssignedIdentity":"/a"}}""", "properties.primaryUserAssignedIdentity")]
    [InlineData("""{"kind":"hub","identity":{"userAssignedIdentities":{"/A":{}}},"properties":{"primaryUserAssignedIdentity":"/a"}}""", "")]
    public void A_new_one_is_refused_for_each_field_that_is_wrong(string document, string wrong) => AssertWrong(wrong, HubRules.Check(null, Parse(document)));

    [Theory]
    [InlineData("https://kv1.vault.example/keys/k/1", null, "")]
    [InlineData("https://kv1.vault.example/keys/k", null, "")]
    [InlineData("http://127.0.0.1:8400/vaults/kv1/keys/k/1", null, "")]
    [InlineData("https://kv1.vault.example/secrets/k", null, "properties.encryption.keyVaultProperties.keyIdentifier")]
    [InlineData("https://kv1.vault.example/keys/", null, "properties.encryption.keyVaultProperties.keyIdentifier")]
    [InlineData("https://kv1.vault.example/keys/k/1/2", null, "properties.encryption.keyVaultProperties.keyIdentifier")]
    [InlineData("https://kv2.vault.example/keys/k", null, "properties.encryption.keyVaultProperties.keyIdentifier")]
    [InlineData("https://kv1.vault.example/keys/other/2", "https://KV1.vault.example/keys/k/1", "")]
    [InlineData("https://kv1.elsewhere.example/keys/k/1", "https://kv1.vault.example/keys/k/1", "properties.encryption.keyVaultProperties.keyIdentifier")]
    public void A_key_lies_in_the_named_vault_and_changes_only_inside_it(string key, string? before, string wrong) =>
        AssertWrong(wrong, EncryptionRules.Check(before is null, before is null ? null : Encryption(before), Encryption(key)));

    [Fact]
    public void A_customers_key_cannot_come_later() => AssertWrong("properties.encryption", EncryptionRules.Check(isCreate: false, null, Encryption("https://kv1.x/keys/k")));

    [Theory]
    [InlineData(null, """{"isolationMode":"AllowInternetOutbound"}""", "")]
    [InlineData("""{"isolationMode":"AllowInternetOutbound"}""", """{"isolationMode":"Disabled"}""", "isolationMode")]
    [InlineData("""{"isolationMode":"AllowOnlyApprovedOutbound"}""", """{}""", "isolationMode")]
    [InlineData("""{"isolationMode":"AllowOnlyApprovedOutbound"}""", """{"isolationMode":"AllowInternetOutbound"}""", "")]
    [InlineData("""{"isolationMode":"Disabled"}""", """{"isolationMode":"Disabled"}""", "")]
    [InlineData("""{"managedNetworkKind":"V1"}""", """{"managedNetworkKind":"V2"}""", "")]
    [InlineData("""{"managedNetworkKind":"V2"}""", """{"managedNetworkKind":"V1"}""", "managedNetworkKind")]
    [InlineData(null, """{"isolationMode":"AllowInternetOutbound","outboundRules":{"a":{"type":"FQDN","destination":"a.b"},"b":{"type":"ServiceTag"},"c":{"type":"PrivateEndpoint"}}}""", "outboundRules.a.type outboundRules.b.type")]
    [InlineData(null, """{"outboundRules":{"a":{"type":"PrivateEndpoint"}}}""", "outboundRules.a")]
    [InlineData(null, """{"isolationMode":"AllowOnlyApprovedOutbound","outboundRules":{"a":{"type":"PrivateEndpoint"},"A":{"type":"PrivateEndpoint"}}}""", "outboundRules.a")]
    [InlineData("""{"isolationMode":"AllowOnlyApprovedOutbound"}""", """{"isolationMode":"AllowInternetOutbound","outboundRules":{"a":{"type":"FQDN","destination":"a.b"}}}""", "outboundRules.a.type")]
    public void A_managed_network_changes_only_forward_and_its_rules_fit_its_mode(string? before, string after, string wrong)
    {
        var named = string.Join(' ', wrong.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(w => $"properties.managedNetwork.{w}"));
        AssertWrong(named, ManagedNetworkRules.Check(before is null ? null : Parse(before), Parse(after)));
    }

    [Theory]
    [InlineData("pypi.org", "")]
    [InlineData("*.pypi.org", "")]
    [InlineData("pypi.org:443", "")]
    [InlineData("pypi.org:80", "")]
    [InlineData("destination_endpoint", "")]
    [InlineData("pypi.org:8080", "p.destination")]
    [InlineData("https://pypi.org", "p.destination")]
    [InlineData("pypi.org/simple", "p.destination")]
    [InlineData("a..b", "p.destination")]
    [InlineData("a.*.b", "p.destination")]
    [InlineData("mine.blob.core.windows.net", "p.destination")]
    [InlineData("*.core.windows.net", "p.destination")]
    [InlineData("mine.dfs.core.chinacloudapi.cn", "p.destination")]
    [InlineData("mine.database.windows.net", "")]
    public void An_fqdn_rule_names_a_host_that_is_not_azure_storage_on_port_80_or_443(string host, string wrong) =>
        AssertWrong(wrong, OutboundRules.Check("p", "rule", new() { ["type"] = "FQDN", ["destination"] = host }, ManagedNetworkRules.OnlyApprovedOutbound).DistinctBy(p => p.Target));

    [Theory]
    [InlineData("443", true)]
    [InlineData("80,443", true)]
    [InlineData("80, 8000-8100", true)]
    [InlineData("*", true)]
    [InlineData("http", false)]
    [InlineData("9-1", false)]
    [InlineData("70000", false)]
    [InlineData("1-2-3", false)]
    [InlineData("", false)]
    public void A_service_tag_rule_names_ports(string ports, bool right)
    {
        var rule = new JsonObject { ["type"] = "ServiceTag", ["destination"] = new JsonObject { ["serviceTag"] = "X", ["portRanges"] = ports } };
        AssertWrong(right ? "" : "p.destination.portRanges", OutboundRules.Check("p", "rule", rule, ManagedNetworkRules.OnlyApprovedOutbound));
    }

    [Theory]
    [InlineData("__SYS_PE_x", "p.category")]
    [InlineData("a b", "p")]
    [InlineData("-a", "p")]
    [InlineData("", "p")]
    [InlineData("rule_name-1.x", "")]
    public void A_rules_name_is_plain_and_not_one_of_the_services(string name, string wrong) =>
        AssertWrong(wrong, OutboundRules.Check("p", name, new() { ["type"] = "PrivateEndpoint" }, ManagedNetworkRules.OnlyApprovedOutbound));

    [Fact]
    public void Required_rules_follow_the_mode_and_what_is_closed()
    {
        NetworkTarget[] targets = [new(ResourceId.Parse(Vault), "vault", IsPublic: true), new(ResourceId.Parse($"{Group}/providers/Microsoft.Storage/storageAccounts/st"), "blob", IsPublic: false)];
        Assert.Empty(RequiredRules.For(ManagedNetworkRules.Disabled, "local", targets));
        Assert.StartsWith("__SYS_PE_st_blob_", Assert.Single(RequiredRules.For(ManagedNetworkRules.InternetOutbound, "local", targets)).Key, StringComparison.Ordinal);
        var all = RequiredRules.For(ManagedNetworkRules.OnlyApprovedOutbound, "local", targets).ToDictionary();
        Assert.Equal(2, all.Count(r => r.Value.Text("type") == "PrivateEndpoint"));
        Assert.Contains("__SYS_ST_BatchNodeManagement.local_TCP", all.Keys);
        Assert.All(all.Values, rule => Assert.Equal("Required", rule.Text("category")));
    }

    [Fact]
    public void A_put_that_leaves_out_what_cannot_be_undone_keeps_it()
    {
        var before = Parse("""{"properties":{"managedNetwork":{"isolationMode":"AllowInternetOutbound"}}}""");
        before["properties"]!["encryption"] = Encryption("https://kv1.x/keys/k");
        var after = Parse("""{"properties":{}}""");
        HubRules.Complete(before, after);
        Assert.True(JsonNode.DeepEquals(before, after));
    }

    [Theory]
    [InlineData("""{"storageAccount":"/x","keyVault":7}""", "properties.keyVault properties.storageAccount")]
    [InlineData("""{"encryption":{"status":"On"}}""", "properties.encryption.keyVaultProperties properties.encryption.status")]
    [InlineData("""{"managedNetwork":{"isolationMode":"Open","outboundRules":{"r":{"type":"Magic"},"s":{"type":"FQDN"}}}}""", "properties.managedNetwork.isolationMode properties.managedNetwork.outboundRules.r.type properties.managedNetwork.outboundRules.s.destination")]
    [InlineData("""{"publicNetworkAccess":"Maybe","hbiWorkspace":"yes","systemDatastoresAuthMode":"Key"}""", "properties.hbiWorkspace properties.publicNetworkAccess properties.systemDatastoresAuthMode")]
    [InlineData("""{"workspaceHubConfig":{"defaultWorkspaceResourceGroup":"team","additionalWorkspaceStorageAccounts":["x"]}}""", "properties.workspaceHubConfig.additionalWorkspaceStorageAccounts[0] properties.workspaceHubConfig.defaultWorkspaceResourceGroup")]
    public void The_shape_names_every_wrong_field_at_once(string properties, string wrong)
    {
        var problems = new List<Problem>();
        EditRules.ReadPut(WorkspaceShape.Body, new() { ["location"] = "local", ["properties"] = Parse(properties) }, problems);
        Assert.Equal(wrong.Split(' '), problems.Select(p => p.Target).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("storageAccount", "\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/x\"")]
    [InlineData("keyVault", "\"/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/x\"")]
    [InlineData("hubResourceId", "\"/subscriptions/s/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/x\"")]
    [InlineData("workspaceHubConfig", "{}")]
    [InlineData("hbiWorkspace", "true")]
    [InlineData("encryption.status", "{\"status\":\"Enabled\"}")]
    [InlineData("encryption.identity", "{\"identity\":{}}")]
    public void Patch_refuses_by_name_what_is_not_on_the_published_list(string property, string value)
    {
        var problems = new List<Problem>();
        EditRules.ReadPatch(WorkspaceShape.Body, new() { ["properties"] = new JsonObject { [property.Split('.')[0]] = JsonNode.Parse(value) } }, problems);
        Assert.Equal([$"properties.{property}"], problems.Select(p => p.Target));
    }

    [Theory]
    [InlineData("description", "\"x\"")]
    [InlineData("friendlyName", "\"x\"")]
    [InlineData("imageBuildCompute", "\"x\"")]
    [InlineData("serviceManagedResourcesSettings", "{\"cosmosDb\":{\"collectionsThroughput\":400}}")]
    [InlineData("primaryUserAssignedIdentity", "\"/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/x\"")]
    [InlineData("serverlessComputeSettings", "{\"serverlessComputeNoPublicIP\":true}")]
    [InlineData("publicNetworkAccess", "\"Disabled\"")]
    [InlineData("applicationInsights", "\"/subscriptions/s/resourceGroups/g/providers/Microsoft.Insights/components/x\"")]
    [InlineData("containerRegistry", "\"/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerRegistry/registries/x\"")]
    [InlineData("featureStoreSettings", "{\"offlineStoreConnectionName\":\"x\"}")]
    [InlineData("managedNetwork", "{\"isolationMode\":\"AllowInternetOutbound\"}")]
    [InlineData("enableDataIsolation", "true")]
    [InlineData("v1LegacyMode", "true")]
    [InlineData("encryption", "{\"keyVaultProperties\":{\"keyIdentifier\":\"https://kv1.x/keys/k\"}}")]
    public void Patch_takes_what_is_on_the_published_list(string property, string value)
    {
        var problems = new List<Problem>();
        EditRules.ReadPatch(WorkspaceShape.Body, new() { ["properties"] = new JsonObject { [property] = JsonNode.Parse(value) } }, problems);
        Assert.Empty(problems);
    }

    private static void AssertWrong(string fields, IEnumerable<Problem> found) =>
        Assert.Equal(fields.Split(' ', StringSplitOptions.RemoveEmptyEntries), found.Select(p => p.Target));

    private static JsonObject Encryption(string key) => new()
    {
        ["status"] = "Enabled",
        ["keyVaultProperties"] = new JsonObject { ["keyVaultArmId"] = Vault, ["keyIdentifier"] = key },
    };

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
