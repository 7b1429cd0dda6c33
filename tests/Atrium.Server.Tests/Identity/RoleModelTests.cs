using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Identity.Access;
using Atrium.Server.Identity.Principals;
using Atrium.Server.Identity.Roles;
using Atrium.Server.Identity.Roles.Conditions;
using Atrium.Server.Identity.Roles.Denials;
using Atrium.Server.Resources;
using CsCheck;

namespace Atrium.Server.Tests.Identity;

/// <summary>The evaluator against a naive one that keeps a list and reads it anew for each question.</summary>
public sealed class RoleModelTests
{
    private static readonly string[] Scopes =
    [
        "/", "/subscriptions/s", "/subscriptions/S2", "/subscriptions/s/resourceGroups/g", "/subscriptions/s/resourceGroups/g2", "/subscriptions/s/resourceGroups/G",
        "/subscriptions/s/resourceGroups/g/providers/P.N/w/x", "/subscriptions/s/resourceGroups/g/providers/P.N/w/x2", "/subscriptions/s/resourceGroups/g/providers/P.N/w/x/c/y",
        "/subscriptions/s/resourceGroups/g/providers/P.N/w/x/providers/M.A/r/z", "/providers/A.I/users/u",
    ];

    private static readonly string[] Actions = ["P.N/w/read", "P.N/w/write", "P.N/w/c/read", "P.N/w/c/secrets/action", "M.A/r/write"];
    private static readonly string[] Patterns = ["*", "*/read", "P.N/*", "P.N/w/*", "P.N/w/c/*", "p.n/W/READ", "M.A/*/write", "*/action", "P.N/w/c/secrets/action", "Q/*"];
    private static readonly string[] Principals = ["p1", "p2", "P3"];

    private static readonly Gen<string[]> SomePatterns = One(Patterns).Array[0, 3];
    private static readonly Gen<TestRole> SomeRole = Gen.Select(SomePatterns, SomePatterns, SomePatterns, SomePatterns, (a, n, d, x) => new TestRole(a, n, d, x));
    private static readonly Gen<Assigned> SomeAssignment = Gen.Select(One(Principals), Gen.Int[0, 4], One(Scopes), (p, r, s) => new Assigned(p, r, s));
    private static readonly string[] Deniable = [.. Principals, DenyAssignment.Everybody];
    private static readonly Gen<Denied> SomeDenial = Gen.Select(One(Deniable).Array[1, 3], One(Principals).Array[0, 2], SomeRole.Array[1, 2], One(Scopes), Gen.Bool, (p, x, d, s, only) => new Denied(p, x, d, s, only));
    private static readonly Gen<Scene> SomeScene = Gen.Select(
        SomeRole.Array[5], SomeAssignment.Array[0, 12], Gen.Int[0, 11].Array[0, 6], SomeDenial.Array[0, 4], Gen.Int[0, 3].Array[0, 2], (r, a, gone, d, lifted) => new Scene(r, a, gone, d, lifted));

    [Fact]
    public void What_is_allowed_is_what_the_naive_model_allows() => Gen.Select(SomeScene, One(Principals).Array[0, 3], One(Scopes), One(Actions))
        .Sample((scene, who, scope, action) =>
        {
            var model = scene.Build();
            ImmutableArray<string> ids = [.. who];
            Assert.Equal(scene.Allows(who, action, scope, isData: false), model.Allows(ids, Of(action), ResourceId.Parse(scope)));
            Assert.Equal(scene.Allows(who, action, scope, isData: true), model.AllowsData(ids, Of(action), ResourceId.Parse(scope)));
        });

    [Fact]
    public void The_scopes_of_a_list_are_the_highest_ones_below_where_the_action_is_allowed() => Gen.Select(SomeScene, One(Principals), One(Scopes), One(Actions))
        .Sample((scene, who, below, action) =>
        {
            var start = ResourceId.Parse(below);
            var scopes = scene.Build().ScopesAllowing([who], Of(action), start);
            foreach (var scope in Scopes.Select(ResourceId.Parse).Where(start.Contains))
            {
                Assert.Equal(scene.Allows([who], action, scope.Text, isData: false), scopes.Holds(scope));
            }

            Assert.All(scopes.Scopes, s => Assert.True(start.Contains(s)));
            Assert.All(scopes.Scopes, s => Assert.DoesNotContain(scopes.Scopes, other => !ReferenceEquals(other, s) && other.Contains(s)));
        });

    [Fact]
    public void A_review_names_for_an_action_just_those_whom_the_naive_model_allows_it() => Gen.Select(SomeScene, One(Scopes), One(Actions), Gen.Bool)
        .Sample((scene, scope, action, isData) =>
        {
            var named = AccessReview.At(ResourceId.Parse(scope), scene.Build(), PrincipalModel.Empty, new(null, action, isData, default)).Select(r => r.PrincipalId);
            Assert.Equal(Principals.Where(who => scene.Allows([who], action, scope, isData)).Order(StringComparer.Ordinal), named);
        });

    [Fact]
    public void A_role_below_a_name_does_not_reach_a_longer_name()
    {
        var scene = new Scene([new(["*"], [], [], [])], [new("p1", 0, "/subscriptions/s/resourceGroups/g")], [], [], []);
        Assert.True(scene.Build().Allows(["p1"], Of("P.N/w/read"), ResourceId.Parse("/subscriptions/s/resourceGroups/g/providers/P.N/w/x")));
        Assert.False(scene.Build().Allows(["p1"], Of("P.N/w/read"), ResourceId.Parse("/subscriptions/s/resourceGroups/g2")));
        Assert.False(scene.Build().Allows(["p1"], Of("P.N/w/read"), ResourceId.Parse("/subscriptions/s")));
    }

    [Fact]
    public void A_custom_role_never_makes_a_hub_and_the_built_in_ones_do()
    {
        var scope = ResourceId.Parse("/subscriptions/s/resourceGroups/g");
        var custom = new Scene([new(["*", Role.MakeHub], [], [], [])], [new("p1", 0, "/")], [], [], []).Build();
        Assert.False(custom.Allows(["p1"], Of(Role.MakeHub), scope));
        Assert.True(custom.Allows(["p1"], Of("Microsoft.MachineLearningServices/workspaces/write"), scope));
        foreach (var name in new[] { BuiltInRoles.Owner, BuiltInRoles.Contributor })
        {
            Assert.True(Assign(name).Allows(["p1"], Of(Role.MakeHub), scope));
        }

        Assert.False(Assign(BuiltInRoles.AzureAIDeveloper).Allows(["p1"], Of(Role.MakeHub), scope));
    }

    [Theory]
    [InlineData(BuiltInRoles.Contributor, "Microsoft.Authorization/roleAssignments/write", false)]
    [InlineData(BuiltInRoles.Contributor, "Microsoft.Authorization/principals/write", false)]
    [InlineData(BuiltInRoles.Contributor, "Microsoft.CognitiveServices/accounts/listKeys/action", true)]
    [InlineData(BuiltInRoles.UserAccessAdministrator, "Microsoft.Authorization/principals/write", true)]
    [InlineData(BuiltInRoles.Reader, "Microsoft.MachineLearningServices/workspaces/listKeys/action", false)]
    [InlineData(BuiltInRoles.Reader, "Microsoft.MachineLearningServices/workspaces/read", true)]
    [InlineData(BuiltInRoles.AzureAIDeveloper, "Microsoft.MachineLearningServices/workspaces/connections/write", true)]
    [InlineData(BuiltInRoles.AzureAIDeveloper, "Microsoft.MachineLearningServices/workspaces/write", false)]
    [InlineData(BuiltInRoles.AzureAIDeveloper, "Microsoft.MachineLearningServices/workspaces/listKeys/action", false)]
    [InlineData(BuiltInRoles.CognitiveServicesUser, "Microsoft.CognitiveServices/accounts/listKeys/action", true)]
    public void Built_in_roles_do_what_they_are_published_to_do(string role, string action, bool expected) =>
        Assert.Equal(expected, Assign(role).Allows(["p1"], Of(action), ResourceId.Parse("/subscriptions/s")));

    [Theory]
    [InlineData(BuiltInRoles.CognitiveServicesOpenAIUser, "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action", true)]
    [InlineData(BuiltInRoles.CognitiveServicesOpenAIUser, "Microsoft.CognitiveServices/accounts/ContentSafety/text:analyze/action", false)]
    [InlineData(BuiltInRoles.AzureAIDeveloper, "Microsoft.CognitiveServices/accounts/ContentSafety/text:analyze/action", true)]
    [InlineData(BuiltInRoles.Owner, "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action", false)]
    public void Data_actions_are_apart_from_actions(string role, string action, bool expected) =>
        Assert.Equal(expected, Assign(role).AllowsData(["p1"], Of(action), ResourceId.Parse("/subscriptions/s")));

    [Fact]
    public void Every_built_in_role_is_there_once_under_its_published_id()
    {
        Assert.Equal(BuiltInRoles.All.Length, BuiltInRoles.All.Select(r => r.Name).Distinct().Count());
        Assert.All(BuiltInRoles.All, r => Assert.True(Guid.TryParseExact(r.Name, "D", out _)));
        Assert.Equal("Key Vault Secrets Officer", RoleModel.Empty.FindRole("B86A8FE4-44CE-4948-AEE5-ECCB2C155CD7")!.DisplayName);
    }

    private static Gen<string> One(string[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);

    private static ConditionContext Of(string action) => new(action, AccessAttributes.None, default);

    private static RoleModel Assign(string role) =>
        RoleModel.Empty.With(new RoleAssignment(ResourceId.Tenant.Resource(RoleAssignment.TypeName, Guid.NewGuid().ToString()), role, "p1"));

    private sealed record TestRole(string[] Actions, string[] NotActions, string[] DataActions, string[] NotDataActions)
    {
        public JsonObject ToJson() => new()
        {
            ["permissions"] = new JsonArray(new JsonObject
            {
                ["actions"] = List(Actions),
                ["notActions"] = List(NotActions),
                ["dataActions"] = List(DataActions),
                ["notDataActions"] = List(NotDataActions),
            }),
            ["assignableScopes"] = new JsonArray("/"),
        };

        public bool Allows(string action, bool isData) => isData
            ? DataActions.Any(p => Matches(p, action)) && !NotDataActions.Any(p => Matches(p, action))
            : Actions.Any(p => Matches(p, action)) && !NotActions.Any(p => Matches(p, action));

        private static bool Matches(string pattern, string action) => ActionPatternTests.Means(pattern, action);

        private static JsonArray List(string[] items) => new([.. items.Select(i => (JsonNode)i)]);
    }

    private sealed record Assigned(string Principal, int Role, string Scope);

    private sealed record Denied(string[] Principals, string[] Excluded, TestRole[] Permissions, string Scope, bool OnlyScope);

    /// <summary>Assignments are added in order, and then some are taken away again; the same with what is denied.</summary>
    private sealed record Scene(TestRole[] Roles, Assigned[] Assignments, int[] Gone, Denied[] Denials, int[] Lifted)
    {
        private static readonly Guid[] Names = [.. Enumerable.Range(1, 5).Select(i => new Guid(i, 0, 0, new byte[8]))];

        public RoleModel Build()
        {
            var model = RoleModel.Empty;
            for (var i = 0; i < Roles.Length; i++)
            {
                model = model.With(Role.Read(ResourceId.Tenant.Resource(Role.TypeName, Names[i].ToString()), Roles[i].ToJson()));
            }

            for (var i = 0; i < Assignments.Length; i++)
            {
                model = model.With(new RoleAssignment(Id(i), Names[Assignments[i].Role].ToString(), Assignments[i].Principal));
            }

            for (var i = 0; i < Denials.Length; i++)
            {
                model = model.With(DenyAssignment.Read(new(new() { Key = DenialId(i).Key, Id = DenialId(i).Text, Type = DenyAssignment.TypeName, Body = BodyOf(Denials[i]).ToJsonString() })));
            }

            model = Gone.Where(g => g < Assignments.Length).Aggregate(model, (m, g) => m.WithoutAssignment(Id(g).Key));
            return Lifted.Where(l => l < Denials.Length).Aggregate(model, (m, l) => m.WithoutDenial(DenialId(l).Key));
        }

        public bool Allows(string[] principals, string action, string scope, bool isData) => Assignments
            .Where((a, i) => !Gone.Contains(i) && principals.Contains(a.Principal, StringComparer.OrdinalIgnoreCase) && a.Role < Roles.Length && Reaches(a.Scope, scope))
            .Any(a => Roles[a.Role].Allows(action, isData))
            && !Denials.Where((d, i) => !Lifted.Contains(i) && Hits(d, principals, scope)).Any(d => d.Permissions.Any(p => p.Allows(action, isData)));

        private static bool Hits(Denied denied, string[] principals, string scope) =>
            (denied.Principals.Contains(DenyAssignment.Everybody) || denied.Principals.Intersect(principals, StringComparer.OrdinalIgnoreCase).Any())
            && !denied.Excluded.Intersect(principals, StringComparer.OrdinalIgnoreCase).Any()
            && Reaches(denied.Scope, scope) && (!denied.OnlyScope || Reaches(scope, denied.Scope));

        private static JsonObject BodyOf(Denied denied) => new()
        {
            ["properties"] = new JsonObject
            {
                ["doNotApplyToChildScopes"] = denied.OnlyScope,
                ["principals"] = new JsonArray([.. denied.Principals.Select(p => new JsonObject { ["id"] = p })]),
                ["excludePrincipals"] = new JsonArray([.. denied.Excluded.Select(p => new JsonObject { ["id"] = p })]),
                ["permissions"] = new JsonArray([.. denied.Permissions.Select(p => p.ToJson()["permissions"]![0]!.DeepClone())]),
            },
        };

        private ResourceId DenialId(int i) => ResourceId.Parse(Denials[i].Scope).Resource(DenyAssignment.TypeName, new Guid(200 + i, 0, 0, new byte[8]).ToString());

        private ResourceId Id(int i) => ResourceId.Parse(Assignments[i].Scope).Resource(RoleAssignment.TypeName, new Guid(100 + i, 0, 0, new byte[8]).ToString());

        private static bool Reaches(string above, string below)
        {
            var (high, low) = (Parts(above), Parts(below));
            return high.Length <= low.Length && high.SequenceEqual(low.Take(high.Length), StringComparer.OrdinalIgnoreCase);

            static string[] Parts(string id) => id.Split('/', StringSplitOptions.RemoveEmptyEntries);
        }
    }
}
