using System.Globalization;
using System.Numerics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Atrium.Inference.Llama;
using Atrium.Inference.Llama.Grammars;
using Atrium.Testing;
using CsCheck;
using NJsonSchema;

namespace Atrium.Inference.Tests.Llama;

/// <summary>What a model writes under a grammar matches the schema, whatever the model: this one is a toy that writes stories. The judge is a library.</summary>
public sealed class JsonGrammarTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"type":"object","properties":{"name":{"type":"string","maxLength":12},"age":{"type":"integer","minimum":0,"maximum":130}},"required":["name","age"],"additionalProperties":false}""")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"boolean"},"b":{"type":"null"},"c":{"enum":["x",1,null,{"y":[]}]}},"required":["b"]}""")]
    [InlineData("""{"type":"array","items":{"type":"number"},"minItems":2,"maxItems":4}""")]
    [InlineData("""{"type":"array","items":{"const":"it's \"so\" \\ é"},"minItems":1,"maxItems":3}""")]
    [InlineData("""{"anyOf":[{"type":"integer","minimum":-7,"maximum":-3},{"type":"string","minLength":2,"maxLength":5}]}""")]
    [InlineData("""{"type":["integer","null"],"exclusiveMinimum":9,"maximum":1024}""")]
    [InlineData("""{"type":"object","properties":{"when":{"type":"string","format":"date"},"id":{"type":"string","format":"uuid"},"at":{"type":"string","format":"date-time"},"ip":{"type":"string","format":"ipv4"}},"required":["when","id","at","ip"]}""")]
    [InlineData("""{"definitions":{"node":{"type":"object","properties":{"v":{"type":"integer","minimum":1,"maximum":9},"next":{"anyOf":[{"type":"null"},{"$ref":"#/definitions/node"}]}},"required":["v","next"]}},"type":"object","properties":{"list":{"$ref":"#/definitions/node"}},"required":["list"]}""")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"boolean"}}""", 0)]
    [InlineData("""{"type":"object","properties":{},"additionalProperties":false}""")]
    [InlineData("""{"type":"number","exclusiveMinimum":0}""")]
    [InlineData("""{"type":"number","minimum":-2.5,"maximum":1.25}""")]
    [InlineData("""{"type":"number","minimum":0.2,"exclusiveMaximum":0.21}""")]
    [InlineData("""{"type":"number","exclusiveMinimum":-1200,"exclusiveMaximum":-7,"maximum":-7}""")]
    [InlineData("""{"type":"string","pattern":"^[A-Z]{2}-\\d{3,5}(?:/[a-f]+?)?$"}""")]
    [InlineData("""{"type":"string","pattern":"^(?<a>cat|dog)s?$|^\\x41[^a-z\\s\"]\\.{2}$"}""")]
    [InlineData("""{"type":"string","pattern":"^\\\\[\"\\n\\]-]+é$"}""")]
    [InlineData("""{"type":"object","properties":{"e":{"type":"string","format":"email"},"h":{"type":"string","format":"hostname"},"i":{"type":"string","format":"ipv6"}},"required":["e","h","i"]}""")]
    [InlineData("""{"type":["string","null"],"enum":[1,"a",null,{}]}""")]
    [InlineData("""{"type":"integer","anyOf":[{"minimum":3,"maximum":5},{"type":"string"},{"enum":[8,"no"]}]}""")]
    public async Task An_answer_matches_its_schema_whatever_the_seed(string schema, int atLeast = 6)
    {
        await using var model = Open();
        var (judge, whole) = (await JsonSchema.FromJsonAsync(schema, Cancellation), 0);
        for (uint seed = 0; seed < 12; seed++)
        {
            if (await AnswerAsync(model, JsonGrammar.Of(JsonElement.Parse(schema)), seed) is { } answer)
            {
                whole++;
                Assert.True(judge.Validate(answer.RootElement.GetRawText()).Count == 0, answer.RootElement.GetRawText());
            }
        }

        Assert.True(whole >= atLeast, $"Only {whole} of 12 answers came to an end.");
    }

    [Fact]
    public async Task Any_object_is_an_object()
    {
        await using var model = Open();
        for (uint seed = 0; seed < 6; seed++)
        {
            Assert.Equal(JsonValueKind.Object, (await AnswerAsync(model, JsonGrammar.AnyObject(), seed))?.RootElement.ValueKind ?? JsonValueKind.Object);
        }
    }

    [Theory]
    [InlineData("""{"type":"string","pattern":"^(?=a)b$"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"(a)\\1"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"\\bword"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"(a*)*"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"a{3,2}"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"[z-a]"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"[a"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"(a"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"a)"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"a^b"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"a$b"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"[]"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"a\\"}""", "#/pattern")]
    [InlineData("""{"type":"string","pattern":"a","maxLength":3}""", "#/maxLength")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","contains":1}}}""", "#/properties/a/contains")]
    [InlineData("""{"type":"objekt"}""", "#/type")]
    [InlineData("""{"type":"array","items":{"$ref":"#/$defs/none"}}""", "#/items/$ref")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"null"}},"required":["b"]}""", "#/required")]
    [InlineData("""{"type":"integer","minimum":5,"maximum":4}""", "#/maximum")]
    [InlineData("""{"type":"number","minimum":4,"maximum":3.5}""", "#/maximum")]
    [InlineData("""{"type":"number","maximum":1e11}""", "#/maximum")]
    [InlineData("""{"type":"number","minimum":0.1234567}""", "#/minimum")]
    [InlineData("""{"type":"string","format":"iri"}""", "#/format")]
    [InlineData("""{"enum":[]}""", "#/enum")]
    [InlineData("""{"not":{}}""", "#/not")]
    [InlineData("""["string"]""", "#")]
    [InlineData("""{"type":"boolean","const":1}""", "#/const")]
    [InlineData("""{"type":"string","enum":[1,2]}""", "#/enum")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"null"}},"required":"a"}""", "#/required")]
    [InlineData("""{"type":"integer","minimum":1e300}""", "#/minimum")]
    [InlineData("""{"$ref":"#"}""", "#/$ref")]
    [InlineData("""{"anyOf":[{"type":"null"},{"$ref":"#/$defs/a"}],"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"null"}]}}}""", "#/$defs/a/anyOf/0/$ref")]
    public void What_is_not_supported_is_named_with_its_place(string schema, string place) =>
        Assert.Equal(place, Assert.Throws<SchemaNotSupportedException>(() => JsonGrammar.Of(JsonElement.Parse(schema))).Place);

    [Fact]
    public void A_schema_that_would_make_a_huge_grammar_is_refused()
    {
        var properties = Enumerable.Range(0, 500).ToDictionary(i => $"p{i}", _ => new { type = "string", maxLength = 2000 });
        var refused = Assert.Throws<SchemaNotSupportedException>(() => JsonGrammar.Of(JsonSerializer.SerializeToElement(new { type = "object", properties })));
        Assert.Contains("too large", refused.Message, StringComparison.Ordinal);
        Assert.Equal("#/enum", Assert.Throws<SchemaNotSupportedException>(() => JsonGrammar.Of(JsonSerializer.SerializeToElement(new { @enum = Enumerable.Range(0, 1001) }))).Place);
    }

    /// <summary>Short schemas that llama.cpp would follow in a thousand million ways at once.</summary>
    [Fact]
    public void A_schema_with_too_many_ways_to_go_on_is_refused_at_once()
    {
        static string Doubling(string keyword, int depth, string leaf, string at = "#/$defs/")
        {
            var choices = Enumerable.Range(0, depth).Select(i => $"\"d{i}\":{{\"{keyword}\":[{{\"$ref\":\"{at}d{i + 1}\"}},{{\"$ref\":\"{at}d{i + 1}\"}}]}}");
            return $"{{\"$ref\":\"{at}d0\",\"$defs\":{{{string.Join(',', choices)},\"d{depth}\":{leaf}}}}}";
        }

        static string Pattern(string pattern) => JsonSerializer.Serialize(new { type = "string", pattern });
        string[] hostile =
        [
            Doubling("anyOf", 30, """{"type":"boolean"}"""), Doubling("oneOf", 14, """{"type":"array","items":{"$ref":"#/$defs/d0"}}"""),
            "{\"type\":\"object\",\"properties\":{\"a\":" + Doubling("anyOf", 30, "true", "#/properties/a/$defs/") + "}}",
            Pattern($"^{string.Concat(Enumerable.Repeat("(|a|b?)", 60))}x$"), Pattern($"^{string.Concat(Enumerable.Repeat("(?:a?|b?)?", 60))}$"),
        ];
        var watch = System.Diagnostics.Stopwatch.StartNew();
        foreach (var schema in hostile)
        {
            Assert.Contains("too many ways", Assert.Throws<SchemaNotSupportedException>(() => JsonGrammar.Of(JsonElement.Parse(schema))).Message, StringComparison.Ordinal);
        }

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), watch.Elapsed.ToString());
    }

    [Fact]
    public async Task A_schema_with_as_many_ways_as_are_followed_is_answered_soon()
    {
        await using var model = Open();
        string[] wide =
        [
            JsonSerializer.Serialize(new { anyOf = Enumerable.Repeat(new { type = "array", items = new { type = "string" } }, 1000) }),
            JsonSerializer.Serialize(new { type = "object", properties = Enumerable.Range(0, 1000).ToDictionary(i => $"p{i}", _ => new { type = "boolean" }) }),
            JsonSerializer.Serialize(new { @enum = Enumerable.Range(0, 1000).Select(i => $"aaaaaaaa{i}") }),
        ];
        foreach (var schema in wide)
        {
            var watch = System.Diagnostics.Stopwatch.StartNew();
            await AnswerAsync(model, JsonGrammar.Of(JsonElement.Parse(schema)), 1);
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(30), $"{watch.Elapsed} {schema[..60]}");
        }
    }

    /// <summary>The notation's quoted texts and character sets mean the same as a regular expression, which is the judge here.</summary>
    [Fact]
    public void A_range_of_whole_numbers_holds_its_numbers_and_no_other() =>
        Gen.Select(Gen.Int[-3000, 3000], Gen.Int[0, 4000], Gen.Int[-9000, 9000]).Sample(
            (low, span, probe) =>
            {
                var pattern = new Regex($"^({WholeNumbers.Between(low, low + span).Replace("\"", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal)})$");
                return new[] { probe, low, low + span, low - 1, low + span + 1, 0, -probe }.All(number =>
                    pattern.IsMatch(number.ToString(CultureInfo.InvariantCulture)) == (number >= low && number <= low + span));
            },
            iter: 2000);

    [Fact]
    public void A_range_of_decimal_numbers_holds_its_numbers_and_no_other() =>
        Gen.Select(Gen.Int[-400, 400], Gen.Int[0, 500], Gen.Int[-1000, 1000], Gen.Bool, Gen.Bool).Sample(
            (low, span, probe, fromLow, toHigh) =>
            {
                var (least, most) = (low / 100m, (low + span) / 100m);
                var body = DecimalNumbers.Between((least, fromLow), (most, toHigh));
                var pattern = body is null ? null : new Regex($"^({body.Replace(".", "\\.", StringComparison.Ordinal).Replace("\"", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal)})$");
                return new[] { probe / 100m, least, most, least - 0.00001m, least + 0.00001m, most + 0.00001m, most - 0.00001m, decimal.Truncate(least), 0.5m }.All(number =>
                {
                    var isInside = (fromLow ? number >= least : number > least) && (toHigh ? number <= most : number < most);
                    return (pattern?.IsMatch(number.ToString("0.#####", CultureInfo.InvariantCulture)) ?? false) == isInside;
                });
            },
            iter: 2000);

    /// <summary>The bias leaves the model nothing but the characters of the pattern and the end of the text, in any order that the grammar lets.</summary>
    [Fact]
    public async Task A_pattern_without_anchors_is_found_somewhere()
    {
        const int firstByte = 3;
        var bias = "1x\"".ToDictionary(character => firstByte + character, _ => 60f);
        await using var model = Open();
        var grammar = JsonGrammar.Of(JsonElement.Parse("""{"type":"string","pattern":"[0-9]{2}x"}"""));
        var whole = 0;
        for (uint seed = 0; seed < 12; seed++)
        {
            if (await AnswerAsync(model, grammar, seed, bias) is { } answer)
            {
                whole++;
                Assert.Matches("[0-9]{2}x", answer.RootElement.GetString());
            }
        }

        Assert.True(whole > 0, "No answer came to an end.");
    }

    [Fact]
    public void An_open_range_of_whole_numbers_goes_on()
    {
        var pattern = new Regex($"^({WholeNumbers.Between(null, new BigInteger(-5)).Replace("\"", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal)})$");
        Assert.Matches(pattern, "-5");
        Assert.Matches(pattern, "-123456789012");
        Assert.DoesNotMatch(pattern, "-4");
        Assert.DoesNotMatch(pattern, "5");
    }

    private static LlamaChatModel Open() => LlamaChatModel.Open("stories", StoryModel.Path, LlamaChatModelTests.Options());

    /// <summary>Null where the answer came to no end within its tokens.</summary>
    private static async Task<JsonDocument?> AnswerAsync(LlamaChatModel model, string grammar, uint seed, IReadOnlyDictionary<int, float>? bias = null)
    {
        var text = "";
        ChatFinish? finish = null;
        var prompt = new ChatPrompt { Turns = [new("user", "Once upon a time")], Grammar = grammar, Seed = seed, Temperature = 1.3f, MaxTokens = 400 };
        await foreach (var piece in model.AnswerAsync(bias is null ? prompt : prompt with { Bias = bias }, Cancellation))
        {
            (text, finish) = (text + piece.Text, piece.Finish);
        }

        return finish is ChatFinish.Stop ? JsonDocument.Parse(text) : null;
    }
}
