using System.Text.Json.Nodes;
using Atrium.Server.Resources;
using CsCheck;

namespace Atrium.Server.Tests.Resources;

public sealed class JsonMergePatchTests
{
    private static readonly Gen<JsonNode?> Node = Gen.Recursive<JsonNode?>((depth, nested) => depth > 3
        ? Gen.Int[0, 3].Select(i => (JsonNode?)i)
        : Gen.OneOf(
            Gen.Int[0, 3].Select(i => (JsonNode?)i),
            Gen.Const(() => (JsonNode?)null),
            nested.Array[0, 2].Select(items => (JsonNode?)new JsonArray([.. items.Select(i => i?.DeepClone())])),
            Gen.Select(Gen.Char['a', 'd'], nested).Array[0, 3].Select(pairs =>
            {
                var result = new JsonObject();
                foreach (var (name, value) in pairs)
                {
                    result[name.ToString()] = value?.DeepClone();
                }

                return (JsonNode?)result;
            })));

    /// <summary>The table of RFC 7396, appendix A.</summary>
    [Theory]
    [InlineData("""{"a":"b"}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"b":"c"}""", """{"a":"b","b":"c"}""")]
    [InlineData("""{"a":"b"}""", """{"a":null}""", "{}")]
    [InlineData("""{"a":"b","b":"c"}""", """{"a":null}""", """{"b":"c"}""")]
    [InlineData("""{"a":["b"]}""", """{"a":"c"}""", """{"a":"c"}""")]
    [InlineData("""{"a":"c"}""", """{"a":["b"]}""", """{"a":["b"]}""")]
    [InlineData("""{"a":{"b":"c"}}""", """{"a":{"b":"d","c":null}}""", """{"a":{"b":"d"}}""")]
    [InlineData("""{"a":[{"b":"c"}]}""", """{"a":[1]}""", """{"a":[1]}""")]
    [InlineData("""["a","b"]""", """["c","d"]""", """["c","d"]""")]
    [InlineData("""{"a":"b"}""", """["c"]""", """["c"]""")]
    [InlineData("""{"a":"foo"}""", "null", "null")]
    [InlineData("""{"a":"foo"}""", "\"bar\"", "\"bar\"")]
    [InlineData("""{"e":null}""", """{"a":1}""", """{"e":null,"a":1}""")]
    [InlineData("[1,2]", """{"a":"b","c":null}""", """{"a":"b"}""")]
    [InlineData("{}", """{"a":{"bb":{"ccc":null}}}""", """{"a":{"bb":{}}}""")]
    public void The_published_examples_hold(string target, string patch, string wanted) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(wanted), JsonMergePatch.Apply(JsonNode.Parse(target), JsonNode.Parse(patch))));

    [Fact]
    public void Applying_a_patch_twice_changes_nothing_more() => Gen.Select(Node, Node).Sample((target, patch) =>
    {
        var once = JsonMergePatch.Apply(target, patch);
        Assert.True(JsonNode.DeepEquals(once, JsonMergePatch.Apply(once, patch)));
    });

    [Fact]
    public void Neither_target_nor_patch_is_touched() => Gen.Select(Node, Node).Sample((target, patch) =>
    {
        var (before, asked) = (target?.ToJsonString(), patch?.ToJsonString());
        JsonMergePatch.Apply(target, patch);
        Assert.Equal((before, asked), (target?.ToJsonString(), patch?.ToJsonString()));
    });
}
