using System.Text.Json.Nodes;
using Atrium.Server.Vault;

namespace Atrium.Server.Tests.Vault;

public sealed class AccessPoliciesTests
{
    private const string Ann = """{"tenantId":"t","objectId":"ann","permissions":{"secrets":["get","list"],"keys":["get"]}}""";
    private const string Bob = """{"tenantId":"t","objectId":"bob","permissions":{"secrets":["all"]}}""";

    [Theory]
    [InlineData("add", """{"tenantId":"T","objectId":"ANN","permissions":{"secrets":["Get","set"]}}""", """{"keys":["get"],"secrets":["get","list","set"]}""")]
    [InlineData("replace", """{"tenantId":"t","objectId":"ann","permissions":{"secrets":["set"]}}""", """{"secrets":["set"]}""")]
    [InlineData("remove", """{"tenantId":"t","objectId":"ann","permissions":{"secrets":["LIST"],"keys":["get"]}}""", """{"secrets":["get"]}""")]
    [InlineData("remove", """{"tenantId":"t","objectId":"ann","permissions":{"secrets":["get","list"],"keys":["get"]}}""", null)]
    [InlineData("replace", """{"tenantId":"t","objectId":"ann","permissions":{}}""", null)]
    [InlineData("remove", """{"tenantId":"t","objectId":"carl","permissions":{"secrets":["get"]}}""", """{"secrets":["get","list"],"keys":["get"]}""")]
    public void A_change_touches_the_identity_that_it_names_and_no_other(string operation, string change, string? permissionsOfAnn)
    {
        var after = AccessPolicies.Apply(List(Ann, Bob), operation, List(change));
        Assert.True(JsonNode.DeepEquals(permissionsOfAnn is null ? null : JsonNode.Parse(permissionsOfAnn), Of(after, "ann")), after.ToJsonString());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(Bob)!["permissions"], Of(after, "bob")), after.ToJsonString());
    }

    [Fact]
    public void An_identity_and_the_same_identity_through_an_application_are_two()
    {
        var after = AccessPolicies.Apply(List(Ann), "add", List("""{"tenantId":"t","objectId":"ann","applicationId":"app","permissions":{"keys":["sign"]}}"""));
        Assert.Equal(2, after.Count);
    }

    private static JsonArray List(params string[] policies) => [.. policies.Select(p => JsonNode.Parse(p))];

    private static JsonNode? Of(JsonArray policies, string who) => policies.FirstOrDefault(p => (string?)p!["objectId"] == who)?["permissions"];
}
