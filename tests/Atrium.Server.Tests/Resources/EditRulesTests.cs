using System.Text.Json.Nodes;
using Atrium.Contracts;
using Atrium.Server.Resources;
using Atrium.Server.Resources.Shapes;

namespace Atrium.Server.Tests.Resources;

public sealed class EditRulesTests
{
    private static readonly ObjectShape Body = Envelope.Tracked(Shape.Object(
        new Property("color", Shape.OneOf("Red", "Blue")),
        new Property("vault", Shape.IdOf("Microsoft.KeyVault/vaults")).Immutable(),
        new Property("size", Shape.Number(1, 10)).NotPatchable(),
        new Property("state", Shape.Any()).ReadOnly(),
        new Property("credentials", Shape.Object(new Property("key", Shape.Text()))).Secret()));

    [Fact]
    public void Every_mistake_of_a_body_is_reported_at_once_under_its_path()
    {
        var problems = new List<Problem>();
        EditRules.ReadPut(Body, Parse("""{"tags":{"a":1},"properties":{"color":"green","vault":"/x","size":11}}"""), problems);
        Assert.Equal(["location", "properties.color", "properties.size", "properties.vault", "tags.a"], problems.Select(p => p.Target).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Words_are_stored_as_declared_however_they_were_written()
    {
        var read = EditRules.ReadPut(Body, Parse("""{"LOCATION":"here","properties":{"Color":"rED"}}"""), []);
        Assert.Equal("""{"location":"here","properties":{"color":"Red"}}""", read.ToJsonString());
    }

    [Fact]
    public void A_property_nobody_knows_is_kept()
    {
        var read = EditRules.ReadPut(Body, Parse("""{"location":"here","properties":{"newer":{"x":[1]}}}"""), []);
        Assert.Equal("""{"x":[1]}""", read["properties"]!["newer"]!.ToJsonString());
    }

    [Fact]
    public void Read_only_values_are_taken_from_no_request_and_survive_a_put()
    {
        var before = Parse("""{"location":"here","properties":{"color":"Red","state":"Fine"}}""");
        var sent = EditRules.ReadPut(Body, Parse("""{"location":"here","properties":{"state":"Hacked"}}"""), []);
        var after = EditRules.Compose(Body, before, sent, isPatch: false);
        Assert.Equal("""{"state":"Fine"}""", after["properties"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"properties":null}""", true)]
    [InlineData("""{"location":"here"}""", false)]
    public void What_no_request_sets_survives_also_where_all_around_it_is_left_out_or_nulled(string sent, bool isPatch)
    {
        var before = Parse("""{"location":"here","properties":{"color":"Red","vault":"v","state":"Fine"}}""");
        var after = EditRules.Compose(Body, before, Parse(sent), isPatch);
        Assert.Equal("""{"vault":"v","state":"Fine"}""", after["properties"]!.ToJsonString());
    }

    [Fact]
    public void An_immutable_value_may_be_repeated_in_other_case_and_left_out_but_not_changed()
    {
        var before = Parse("""{"location":"here","properties":{"vault":"/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/V"}}""");
        Assert.Empty(Check("""{"properties":{"vault":"/subscriptions/S/resourcegroups/g/providers/Microsoft.KeyVault/vaults/v"}}"""));
        Assert.Empty(Check("""{"location":"here","properties":{}}"""));
        Assert.Equal(["location", "properties.vault"], Check("""{"location":"there","properties":{"vault":"/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/W"}}"""));

        IEnumerable<string> Check(string sent)
        {
            var problems = new List<Problem>();
            EditRules.CheckImmutable(Body, before, EditRules.ReadPut(Body, Parse(sent), []), "", problems);
            Assert.All(problems, p => Assert.Equal(ProblemCodes.Immutable, p.Code));
            return problems.Select(p => p.Target);
        }
    }

    [Fact]
    public void An_immutable_value_that_a_put_leaves_out_stays()
    {
        var before = Parse("""{"location":"here","properties":{"vault":"/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v","color":"Red"}}""");
        var after = EditRules.Compose(Body, before, EditRules.ReadPut(Body, Parse("""{"location":"here","properties":{}}"""), []), isPatch: false);
        Assert.NotNull(after["properties"]!["vault"]);
        Assert.Null(after["properties"]!["color"]);
    }

    [Fact]
    public void Patch_refuses_by_name_what_it_does_not_take()
    {
        var problems = new List<Problem>();
        EditRules.ReadPatch(Body, Parse("""{"location":"x","properties":{"size":2,"color":"blue"}}"""), problems);
        Assert.Equal(["location", "properties.size"], problems.Select(p => p.Target));
    }

    [Fact]
    public void Secrets_leave_the_document_and_one_that_is_left_out_stays_as_stored()
    {
        var document = Parse("""{"properties":{"color":"Red","credentials":{"key":"hush"}}}""");
        var secrets = new Dictionary<string, string?>();
        EditRules.TakeSecrets(Body, document, "", secrets);
        Assert.DoesNotContain("hush", document.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("""{"key":"hush"}""", secrets["properties.credentials"]);

        secrets.Clear();
        EditRules.TakeSecrets(Body, Parse("""{"properties":{"credentials":null}}"""), "", secrets);
        Assert.Empty(secrets);
    }

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
