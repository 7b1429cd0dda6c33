using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Policies.Rules;
using CsCheck;

namespace Atrium.Server.Tests.Policies;

/// <summary>Rules of policies: read, refused with the place, and evaluated.</summary>
public sealed class PolicyRuleTests
{
    private const string Type = "P.N/things/parts";
    private static readonly string[] Words = ["a", "B", "ab", "c"];
    private static readonly string[] Names = ["name", "kind", "tags['t']", Type + "/colour", Type + "/list[*]"];
    private static readonly Gen<JsonNode> Leaf = Gen.Select(One(Names), One(["equals", "notEquals", "like", "in", "notIn", "exists", "contains"]), One(Words), (field, op, word) => (JsonNode)new JsonObject
    {
        ["field"] = field,
        [op] = op switch { "in" or "notIn" => new JsonArray(word, "ab"), "exists" => (JsonNode)(word != "c"), "like" => word + "*", _ => word },
    });

    private static readonly Gen<JsonNode> Condition = Gen.Recursive<JsonNode>((depth, inner) => depth > 3 ? Leaf : Gen.OneOf(
        Leaf,
        inner.Array[1, 3].Select(parts => (JsonNode)new JsonObject { ["allOf"] = new JsonArray([.. parts.Select(p => p.DeepClone())]) }),
        inner.Array[1, 3].Select(parts => (JsonNode)new JsonObject { ["anyOf"] = new JsonArray([.. parts.Select(p => p.DeepClone())]) }),
        inner.Select(part => (JsonNode)new JsonObject { ["not"] = part.DeepClone() })));

    [Theory]
    [InlineData("""{"field":"name","equals":"X"}""", true)]
    [InlineData("""{"field":"type","in":["p.n/THINGS/parts"]}""", true)]
    [InlineData("""{"field":"kind","exists":false}""", true)]
    [InlineData("""{"field":"kind","equals":"x"}""", false)]
    [InlineData("""{"field":"kind","notEquals":"x"}""", true)]
    [InlineData("""{"field":"tags.team","equals":"blue"}""", true)]
    [InlineData("""{"field":"tags[Team]","like":"b*e"}""", true)]
    [InlineData("""{"field":"[concat('tags[', parameters('tag'), ']')]","exists":"true"}""", true)]
    [InlineData("""{"field":"tags","containsKey":"TEAM"}""", true)]
    [InlineData("""{"field":"P.N/things/parts/size","greater":9}""", true)]
    [InlineData("""{"field":"P.N/things/parts/size","greater":"[parameters('limit')]"}""", false)]
    [InlineData("""{"field":"P.N/things/parts/size","lessOrEquals":10}""", true)]
    [InlineData("""{"field":"P.N/things/parts/size","less":"x"}""", false)]
    [InlineData("""{"field":"P.N/things/parts/none","less":5}""", false)]
    [InlineData("""{"field":"P.N/things/parts/sku.name","equals":"s1"}""", true)]
    [InlineData("""{"field":"P.N/things/parts/inner","equals":"deep"}""", true)]
    [InlineData("""{"field":"P.N/things/parts/list[*].n","in":[1,2]}""", true)]
    [InlineData("""{"field":"P.N/things/parts/list[*].n","equals":1}""", false)]
    [InlineData("""{"field":"P.N/things/parts/flag","equals":"true"}""", true)]
    [InlineData("""{"field":"P.N/things/parts/flag","equals":true}""", true)]
    [InlineData("""{"field":"P.N/other/parts/size","exists":true}""", false)]
    [InlineData("""{"field":"identity.type","equals":"systemassigned"}""", true)]
    [InlineData("""{"value":"[parameters('tag')]","equals":"team"}""", true)]
    [InlineData("""{"value":"[[parameters('tag')]","equals":"[[parameters('tag')]"}""", true)]
    [InlineData("""{"not":{"anyOf":[{"field":"name","equals":"y"},{"allOf":[{"field":"name","equals":"x"},{"field":"location","equals":"west"}]}]}}""", true)]
    public void A_rule_holds_as_published(string condition, bool expected) => Assert.Equal(expected, Holds(JsonNode.Parse(condition)!));

    [Fact]
    public void A_rule_holds_where_a_naive_reading_of_it_does() => Condition.Sample(condition => Assert.Equal(Naive(condition), Holds(condition)));

    /// <summary>A write leaves out the rules that ask for other types, and must not leave out more.</summary>
    [Fact]
    public void A_rule_that_holds_for_a_type_is_never_taken_for_one_of_other_types()
    {
        var typed = Gen.Select(One(["equals", "notEquals", "in", "like"]), One([Type, "p.n/THINGS/parts", "P.N/other"]), (op, type) => (JsonNode)new JsonObject { ["field"] = "type", [op] = op == "in" ? new JsonArray("P.N/third", type) : type });
        var leaf = Gen.OneOf(typed, Leaf);
        var some = Gen.Recursive<JsonNode>((depth, inner) => depth > 3 ? leaf : Gen.OneOf(
            leaf,
            inner.Array[1, 3].Select(parts => (JsonNode)new JsonObject { ["allOf"] = new JsonArray([.. parts.Select(p => p.DeepClone())]) }),
            inner.Array[1, 3].Select(parts => (JsonNode)new JsonObject { ["anyOf"] = new JsonArray([.. parts.Select(p => p.DeepClone())]) }),
            inner.Select(part => (JsonNode)new JsonObject { ["not"] = part.DeepClone() })));
        var (left, all) = (0, 0);
        some.Sample(
            condition =>
            {
                var rule = Read(condition);
                var matters = rule.MayConcern(Type);
                Assert.True(matters || !rule.If.Holds(Facts()), condition.ToJsonString());
                Interlocked.Add(ref left, matters ? 0 : 1);
                Interlocked.Increment(ref all);
            },
            iter: 2000);
        Assert.InRange(left, all / 50, all / 2);
    }

    [Fact]
    public void Whatever_is_sent_is_read_or_refused_and_nothing_else() => Gen.Select(Condition, One(["if", "allOf", "field", "then", "x"]), One(["1", "[]", "{}", "null", "\"[concat(\"", "\"[\"", "\"[]\"", "[[]]"])).Sample((condition, key, junk) =>
    {
        var problems = new List<Problem>();
        var spoilt = condition.DeepClone().AsObject();
        spoilt[key] = JsonNode.Parse(junk);
        var rule = new PolicyRuleReader(["tag", "limit"], _ => true, problems).Read(new JsonObject { ["if"] = spoilt, ["then"] = new JsonObject { ["effect"] = "deny" } }, "r");
        Assert.True(rule is not null || problems.Count > 0);
        rule?.If.Holds(Facts());
    });

    private static bool Holds(JsonNode condition) => Read(condition).If.Holds(Facts());

    private static PolicyRule Read(JsonNode condition)
    {
        var problems = new List<Problem>();
        var rule = new PolicyRuleReader(["tag", "limit"], _ => true, problems).Read(new JsonObject { ["if"] = condition.DeepClone(), ["then"] = new JsonObject { ["effect"] = "deny" } }, "r");
        Assert.Empty(problems);
        return rule!;
    }

    private static PolicyFacts Facts() => new(
        new(ResourceId.Parse("/subscriptions/s/resourceGroups/g/providers/P.N/things/t/parts/x"), Type, IsIndexed: true, JsonNode.Parse(
            """
            {"location":"local","tags":{"Team":"blue","t":"ab"},"identity":{"type":"SystemAssigned"},"sku":{"name":"S1"},
             "properties":{"size":10,"flag":true,"colour":"B","list":[{"n":1},{"n":2}],"properties":{"inner":"deep"}}}
            """)!.AsObject()),
        new Dictionary<string, JsonNode?>(StringComparer.OrdinalIgnoreCase) { ["tag"] = "team", ["limit"] = 10 });

    /// <summary>The same, straight from the JSON, for what the generator makes.</summary>
    private static bool Naive(JsonNode condition)
    {
        if (condition["allOf"] is JsonArray all)
        {
            return all.All(p => Naive(p!));
        }

        if (condition["anyOf"] is JsonArray any)
        {
            return any.Any(p => Naive(p!));
        }

        if (condition["not"] is { } not)
        {
            return !Naive(not);
        }

        string?[] found = (string)condition["field"]! switch
        {
            "name" => ["x"],
            "kind" => [null],
            "tags['t']" => ["ab"],
            Type + "/colour" => ["B"],
            _ => ["{", "{"],
        };
        var (op, wanted) = condition.AsObject().Single(c => c.Key != "field");
        return found.All(f => op switch
        {
            "equals" => Is(f, wanted),
            "notEquals" => !Is(f, wanted),
            "like" => f?.StartsWith(wanted!.ToString()[..^1], StringComparison.OrdinalIgnoreCase) is true,
            "in" => wanted!.AsArray().Any(w => Is(f, w)),
            "notIn" => !wanted!.AsArray().Any(w => Is(f, w)),
            "exists" => (f is not null) == (bool)wanted!,
            _ => f?.Contains(wanted!.ToString(), StringComparison.OrdinalIgnoreCase) is true,
        });
    }

    private static bool Is(string? found, JsonNode? wanted) => found?.Equals(wanted!.ToString(), StringComparison.OrdinalIgnoreCase) is true;

    private static Gen<string> One(string[] items) => Gen.Int[0, items.Length - 1].Select(i => items[i]);
}
