using System.Collections;
using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Policies;
using Atrium.Server.Policies.Assignments;
using CsCheck;

namespace Atrium.Server.Tests.Policies;

/// <summary>Which assignments reach a place, and what it costs to find them.</summary>
public sealed class PolicyModelTests
{
    private static readonly string[] Scopes =
    [
        "/", "/subscriptions/s1", "/subscriptions/s1/resourceGroups/g1", "/subscriptions/s1/resourceGroups/g", "/subscriptions/s2/resourceGroups/g1",
        Hub("hub"), Hub("other"), $"{Hub("project")}", $"{Hub("project")}/connections/c", "/subscriptions/s1/resourceGroups/g1/providers/Microsoft.KeyVault/vaults/v",
    ];

    private static readonly PolicyPlace InProject = new(ResourceId.Parse($"{Hub("project")}/connections/c"), [ResourceId.Parse(Hub("hub"))]);

    [Fact]
    public void What_is_assigned_elsewhere_costs_a_write_nothing()
    {
        var model = PolicyModel.Empty;
        for (var i = 0; i < 5000; i++)
        {
            model = model.With(Assigned($"/subscriptions/s{i}/resourceGroups/far", $"a{i}"));
        }

        model = model.With(Assigned(Hub("hub"), "at-hub")).With(Assigned("/subscriptions/s1", "at-subscription")).With(Assigned(Hub("project"), "at-project"));
        var hubs = new Counted(InProject.Hubs);
        var reaching = model.Reaching(InProject with { Hubs = hubs }).Select(a => a.Id.Name);
        Assert.Equal(["at-hub", "at-project", "at-subscription"], reaching.Order(StringComparer.Ordinal));
        Assert.InRange(hubs.Looks, 1, 20);
    }

    [Fact]
    public void A_limit_that_is_set_elsewhere_costs_a_call_nothing()
    {
        var model = PolicyModel.Empty;
        for (var i = 0; i < 2000; i++)
        {
            model = model.With(Limit($"/subscriptions/s{i}/resourceGroups/far", i + 1));
        }

        model = model.With(Limit(Hub("hub"), 100)).With(Assigned(Hub("hub"), "no-limit"));
        var hubs = new Counted(InProject.Hubs);
        Assert.True(model.HasTokenLimits);
        Assert.Equal([100], model.LimitsOn(InProject with { Hubs = hubs }).Select(limit => limit.Most));
        Assert.InRange(hubs.Looks, 1, 20);
    }

    [Fact]
    public void The_assignments_that_are_found_are_those_that_reach_the_place()
    {
        var assignment = Gen.Select(Gen.Int[0, Scopes.Length - 1], Gen.Int[0, 5], Gen.Int[0, Scopes.Length - 1].Array[0, 2]);
        Gen.Select(assignment.Array[0, 20], Gen.Int[0, Scopes.Length - 1], Gen.Bool).Sample((made, placed, isInHub) =>
        {
            var all = new Dictionary<string, PolicyAssignment>();
            var model = PolicyModel.Empty;
            foreach (var (scope, name, notScopes) in made)
            {
                var next = Assigned(Scopes[scope], $"a{name}", [.. notScopes.Select(n => Scopes[n])]);

                // The same again takes it away.
                model = all.Remove(next.Id.Key) ? model.WithoutAssignment(next.Id.Key) : model.With(all[next.Id.Key] = next);
            }

            var place = new PolicyPlace(ResourceId.Parse(Scopes[placed]), isInHub ? [ResourceId.Parse(Hub("hub"))] : []);
            return model.Reaching(place).Select(a => a.Id.Key).SequenceEqual(all.Values.Where(a => a.Reaches(place)).Select(a => a.Id.Key).Order(StringComparer.Ordinal));
        });
    }

    private static string Hub(string name) => $"/subscriptions/s1/resourceGroups/g1/providers/Microsoft.MachineLearningServices/workspaces/{name}";

    private static PolicyAssignment Limit(string scope, int most) => Assigned(scope, "limit") with
    {
        DefinitionId = ResourceId.Parse(PolicyScene.BuiltIn(PolicyScene.AnswerTokens)),
        Parameters = new() { ["maxTokens"] = new JsonObject { ["value"] = most } },
    };

    private static PolicyAssignment Assigned(string scope, string name, params string[] notScopes) => new()
    {
        Id = ResourceId.Parse($"{scope.TrimEnd('/')}/providers/{PolicyAssignment.TypeName}/{name}"),
        DisplayName = name,
        DefinitionId = ResourceId.Parse(PolicyScene.BuiltIn(PolicyScene.Models)),
        NotScopes = [.. notScopes.Select(ResourceId.Parse)],
        Parameters = [],
        IsEnforced = true,
    };

    /// <summary>Counts how often it is looked through.</summary>
    private sealed class Counted(IReadOnlyList<ResourceId> items) : IReadOnlyList<ResourceId>
    {
        public int Looks { get; private set; }

        public int Count => items.Count;

        public ResourceId this[int index] => items[index];

        public IEnumerator<ResourceId> GetEnumerator()
        {
            Looks++;
            return items.GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
