using System.Text.Json.Nodes;
using Atrium.Server.Tests.Support;

namespace Atrium.Server.Tests.Conformance;

/// <summary>That the runner finds what is wrong: a check that sees nothing would pass every example.</summary>
public sealed class SchemaCheckTests : IDisposable
{
    private const string Spec = """
        {"definitions":{
          "Base":{"properties":{"id":{"type":"string"}},"required":["id"]},
          "Thing":{"type":"object","allOf":[{"$ref":"#/definitions/Base"}],"required":["kind"],"properties":{
            "kind":{"type":"string","enum":["One","Two"],"x-ms-enum":{"name":"Kind","modelAsString":false}},
            "open":{"type":"string","enum":["One"],"x-ms-enum":{"name":"Open","modelAsString":true}},
            "size":{"type":"integer"},
            "parts":{"type":"array","items":{"$ref":"#/definitions/Base"}},
            "either":{"oneOf":[{"type":"string"},{"type":"array"}]},
            "key":{"type":"string","x-ms-secret":true}}}}}
        """;

    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("""{"id":"i","kind":"One","open":"Other","size":1,"parts":[{"id":"p"}],"either":[]}""", null)]
    [InlineData("""{"id":"i","kind":"one","size":null}""", null)]
    [InlineData("""{"kind":"One"}""", "$.id is required and missing")]
    [InlineData("""{"id":"i","kind":"Three"}""", "$.kind is 'Three', not one of [\"One\",\"Two\"]")]
    [InlineData("""{"id":"i","kind":"One","size":"1"}""", "$.size is String where integer is published")]
    [InlineData("""{"id":"i","kind":"One","parts":[{"id":"p"},{}]}""", "$.parts[1].id is required and missing")]
    [InlineData("""{"id":"i","kind":"One","either":3}""", "$.either has none of the 2 shapes that are published for it")]
    [InlineData("""{"id":"i","kind":"One","key":"k"}""", "$.key is a secret and in the answer")]
    public void An_answer_that_differs_from_its_schema_is_found_out(string answer, string? problem)
    {
        var spec = SpecFile.Load(folder.Write("spec.json", Spec));
        var found = SchemaCheck.Check(spec, spec.Root["definitions"]!["Thing"]!.AsObject(), JsonNode.Parse(answer));
        Assert.Equal(problem is null ? [] : [problem], found);
    }
}
