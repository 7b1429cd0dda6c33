using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Portal.Api;

namespace Atrium.Portal.Tests.Api;

/// <summary>Who may do what, from the API's review, or from the roles where that may not be asked.</summary>
public sealed class AccessRowTests
{
    private static readonly RoleDefinition Reader = RoleDefinition.Read(JsonNode.Parse("""{"name":"r","id":"/r","properties":{"roleName":"Reader","permissions":[{"actions":["*/read"]}]}}""")!.AsObject());

    [Fact]
    public void A_review_tells_what_is_left_after_denials()
    {
        var row = AccessRow.Read(JsonNode.Parse("""{"principalId":"p","principalType":"User","displayName":"ada","conditional":true,"effective":[{"actions":["A/*"],"notActions":["A/b/write"]}]}""")!.AsObject());
        Assert.Equal(("p", "User", "ada", true), (row.Principal, row.Kind, row.Name, row.IsConditional));
        Assert.True(row.Rights.Can("A/b/read"));
        Assert.False(row.Rights.Can("A/b/write"));
    }

    [Fact]
    public void Roles_on_conditions_are_told_and_give_nothing()
    {
        var rows = AccessRow.Of([Grant("p", conditional: true), Grant("q", conditional: false)], new Dictionary<string, RoleDefinition> { ["r"] = Reader });
        Assert.Equal([("p", true, false), ("q", false, true)], rows.Select(r => (r.Principal, r.IsConditional, r.Rights.Can("A/b/read"))));
    }

    private static RoleGrant Grant(string principal, bool conditional) => new()
    {
        Id = ResourceId.Tenant, Principal = principal, Kind = "User", Role = "r", Scope = ResourceId.Tenant, IsConditional = conditional,
    };
}
