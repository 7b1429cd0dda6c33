using System.Diagnostics;
using Atrium.Inference.Llama.Templates;
using CsCheck;

namespace Atrium.Inference.Tests.Llama;

public sealed class ChatTemplateTests
{
    private static readonly ChatTurn System = new("system", "Be brief.");
    private static readonly ChatTurn[] Talk = [new("user", " Hi! "), new("assistant", "Hello."), new("user", "How are you?")];
    private static readonly FixedClock Clock = new();

    private static readonly string[] Parts =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", " ", "\n", "if ", "for ", "in ", "endfor", "endif", "set ", "=", "==", "x", "messages", ".role", 
        "[0]", "(", ")", "|", "trim", "'a'", "1", "is ", "not ", "defined", ",", ":", "~", "loop.index", 
        "macro ", "endmacro", "m()",
    ];

    [Fact]
    public void ChatMl_is_written_as_published()
    {
        Assert.Equal(
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\n Hi! <|im_end|>\n<|im_start|>assistant\nHello.<|im_end|>\n<|im_start|>user\nHow are you?<|im_end|>\n<|im_start|>assistant\n",
            Render(PublicTemplates.ChatMl, [System, .. Talk]));
        Assert.StartsWith("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n<|im_start|>user\n Hi! <|im_end|>\n", Render(PublicTemplates.ChatMl, Talk), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_written_by_the_templates_that_take_names() => Assert.Equal(
        "user Ada: Hi!|user: Hello.|",
        Render("{% for m in messages %}{{ m.role }}{% if m.name is defined %} {{ m.name }}{% endif %}: {{ m.content }}|{% endfor %}", [new("user", "Hi!") { Name = "Ada" }, new("user", "Hello.")]));

    [Fact]
    public void Llama_3_is_written_as_published() => Assert.Equal(
        "<s><|start_header_id|>system<|end_header_id|>\n\nToday Date: 03 Feb 2026\n\nBe brief.<|eot_id|>"
        + "<|start_header_id|>user<|end_header_id|>\n\nHi!<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\nHello.<|eot_id|>"
        + "<|start_header_id|>user<|end_header_id|>\n\nHow are you?<|eot_id|><|start_header_id|>ipython<|end_header_id|>\n\n42<|eot_id|>"
        + "<|start_header_id|>assistant<|end_header_id|>\n\n",
        Render(PublicTemplates.Llama3, [System, .. Talk, new("tool", "42")]));

    [Fact]
    public void Mistral_Instruct_is_written_as_published() => Assert.Equal(
        "<s> [INST] Be brief.\n\n Hi!  [/INST] Hello.</s> [INST] How are you? [/INST]",
        Render(PublicTemplates.Mistral, [System, .. Talk]));

    [Fact]
    public void Gemma_is_written_as_published() => Assert.Equal(
        "<s><start_of_turn>user\nHi!<end_of_turn>\n<start_of_turn>model\nHello.<end_of_turn>\n<start_of_turn>user\nHow are you?<end_of_turn>\n<start_of_turn>model\n",
        Render(PublicTemplates.Gemma, Talk));

    [Fact]
    public void Phi_3_is_written_as_published() => Assert.Equal(
        "<|system|>\nBe brief.<|end|>\n<|user|>\n Hi! <|end|>\n<|assistant|>\nHello.<|end|>\n<|user|>\nHow are you?<|end|>\n<|assistant|>\n",
        Render(PublicTemplates.Phi3, [System, .. Talk]));

    [Fact]
    public void Macros_namespaces_and_string_methods_work_together() => Assert.Equal(
        "[USER]Hi!\n[ASSISTANT]Hello.\n[USER*]How?\n[ASSISTANT]",
        Render(PublicTemplates.Elaborate, [new("user", " Hi! "), new("assistant", "<think>hm</think>\n\nHello."), new("user", "How?")]));

    [Fact]
    public void Refusal_of_the_template_carries_its_reason()
    {
        var refusal = Assert.Throws<TemplateRefusedException>(() => Render(PublicTemplates.Gemma, [System, .. Talk]));

        Assert.Equal("System role not supported", refusal.Message);
    }

    [Theory]
    [InlineData("{{ -3 | abs }}{{ -2.5 | abs }}{{ [1, -1][-1] }}", "32.5-1")]
    [InlineData("{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 3 }} {{ 1.0 }}", "7 9 3 -4 2 3.5 8 1.0")]
    [InlineData("{{ 'a' ~ 1 ~ none ~ true }} {{ 'ab' * 2 }} {{ [1] + [2] }}", "a1NoneTrue abab [1, 2]")]
    [InlineData("{{ 1 < 2 <= 2 }} {{ 1 == 1.0 }} {{ 'a' in 'cat' }} {{ 'x' not in ['y'] }} {{ not true or true }}", "True True True True True")]
    [InlineData("{{ [1, 'a', none, {'k': 2.5}] }}", "[1, 'a', None, {'k': 2.5}]")]
    [InlineData("{{ 'hello'[1] }}{{ 'hello'[-1] }}{{ 'hello'[1:3] }}{{ 'hello'[::-1] }}{{ 'hello'[:-1] }}", "eoelollehhell")]
    [InlineData("{{ [1,2,3][-1] }} {{ [1,2,3,4][1::2] }} {{ {'a': {'b': 5}}.a['b'] }}", "3 [2, 4] 5")]
    [InlineData("{{ missing }}|{{ missing is defined }}|{{ missing | default('d') }}|{{ '' | default('e', true) }}|{{ {}.x is undefined }}", "|False|d|e|True")]
    [InlineData("{{ 'yes' if 1 else 'no' }}{{ 'no' if 0 }}{{ 1 if false else 2 if false else 3 }}", "yes3")]
    [InlineData("{{ '  x ' | trim | upper }}{{ 'ABC' | lower | capitalize }}{{ ['b','a'] | sort | join('-') }}", "XAbca-b")]
    [InlineData("{{ {'b': 1, 'a': [true, none, 'ü\"']} | tojson }}", "{\"b\": 1, \"a\": [true, null, \"ü\\\"\"]}")]
    [InlineData("{{ {'a': [1, 2], 'b': {}} | tojson(indent=2) }}", "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}")]
    [InlineData("{{ [{'n': 1}, {'n': 2}] | map(attribute='n') | list }} {{ [{'n': 1}, {'m': 2}] | selectattr('n', 'defined') | list | length }}", "[1, 2] 1")]
    [InlineData("{{ ['a','b'] | first }}{{ 'ab' | last }}{{ [3,1,2] | sort(reverse=true) }}{{ [1,2,3] | reverse | list }}", "ab[3, 2, 1][3, 2, 1]")]
    [InlineData("{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }}{{ ',' if not loop.last }}{% endfor %}", "a=1,b=2")]
    [InlineData("{% for i in range(5) if i is odd %}{{ i }}{{ loop.length }}{% else %}none{% endfor %}{% for i in [] %}{% else %}none{% endfor %}", "1232none")]
    [InlineData("{% for i in range(9) %}{% if i == 1 %}{% continue %}{% endif %}{% if i > 3 %}{% break %}{% endif %}{{ i }}{% endfor %}", "023")]
    [InlineData("{% set x = 1 %}{% for i in [1,2] %}{% set x = i %}{% endfor %}{{ x }}{% set ns = namespace(y=0) %}{% for i in [1,2] %}{% set ns.y = ns.y + i %}{% endfor %}{{ ns.y }}", "13")]
    [InlineData("{% set x %}a{{ 1 }}b{% endset %}{{ x }}{% set a, b = 1, 2 %}{{ a }}{{ b }}{% if x %}{% set z = 9 %}{% endif %}{{ z }}", "a1b129")]
    [InlineData("{% macro hi(name, mark='!') %}Hi {{ name }}{{ mark }}{% endmacro %}{{ hi('A') }}{{ hi(name='B', mark='?') }}", "Hi A!Hi B?")]
    [InlineData("a\n  {%- if true %}\n  b\n  {%- endif %}\nc", "a  bc")]
    [InlineData("a\n  {% if true %}\n  b\n  {% endif %}\nc\n", "a\n  b\nc")]
    [InlineData("  {%+ if true %} x {% endif +%}\ny", "   x \ny")]
    [InlineData("{# note #}\nx {{- ' y ' -}}  z{{ '\n' }}\n", "x y z\n")]
    [InlineData("{{ '}}' }}{{ {'a': {'b': 1}}['a']['b'] }}{{ \"it's\" 'joined' }}", "}}1it'sjoined")]
    [InlineData("{{ 'a,b,c'.split(',') }}{{ 'xax'.strip('x') }}{{ 'abc'.startswith('ab') }}{{ 'a-b'.replace('-', '+') }}{{ {'k': 1}.get('z', 0) }}", "['a', 'b', 'c']aTruea+b0")]
    [InlineData("{{ 'line\nnext' | indent(2) }}{{ ' x' | length }}{{ '7' | int + 1 }}{{ '2.50' | float }}", "line\n  next282.5")]
    [InlineData("{{ 4 is divisibleby 2 }}{{ 'a' is string }}{{ 5 is not number }}{{ none is none }}{{ 3 is in [3] }}{{ {} is mapping }}", "TrueTrueFalseTrueTrueTrue")]
    [InlineData("{% filter upper %}a{{ 'b' }}{% endfilter %}{% generation %}g{% endgeneration %}", "ABg")]
    [InlineData("{% set m = {0: 'a', 512: 'b', 1.5: 'c'} %}{% for k, v in m.items() %}{{ k }}{{ v }}{{ ' ' if k < 512 }}{% endfor %}{{ m[512] }}{{ m[0.0] }}{{ m[7] }}{{ 'x' in m }}{{ m | tojson }}", "0a 512b1.5c baFalse{\"0\": \"a\", \"512\": \"b\", \"1.5\": \"c\"}")]
    [InlineData("{{ 'a' in missing }}{{ {'b': 2, 'a': 1} | dictsort | map('first') | join }}{{ {'x': 1} == {'x': 1.0} }}", "FalseabTrue")]
    [InlineData("{{ loop is defined }}{{ [1,2,2] | unique | list }}{{ [1,2] | sum }}{{ [4, 9, 2] | max }}", "False[1, 2]39")]
    public void Expressions_and_statements_do_what_they_do_in_Jinja(string template, string expected) => Assert.Equal(expected, Run(template));

    [Theory]
    [InlineData("{% include 'x' %}", "'include'")]
    [InlineData("{{ x | xmlattr }}", "'xmlattr'")]
    [InlineData("{{ x is wicked }}", "'is wicked'")]
    [InlineData("{{ cycler(1) }}", "'cycler'")]
    [InlineData("{{ 'a'.encode() }}", "'encode'")]
    [InlineData("{% if x %}", "'endif'")]
    [InlineData("{% endfor %}", "'endfor'")]
    [InlineData("{{ 1 + }}", "'}}'")]
    [InlineData("{{ 'abc", "no end")]
    [InlineData("{{ x", "no end")]
    [InlineData("{# x", "no end")]
    [InlineData("{{ 'a' + 1 }}", "'+'")]
    [InlineData("{{ 1 // 0 }}", "zero")]
    [InlineData("{{ missing.part }}", "'missing' is undefined")]
    [InlineData("{{ a $ b }}", "'$'")]
    public void What_is_not_supported_or_wrong_is_named(string template, string named) =>
        Assert.Contains(named, Assert.ThrowsAny<TemplateException>(() => Run(template)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")]
    [InlineData("{{ range(2000000000) | list }}")]
    [InlineData("{{ 'x' * 2000000000 }}")]
    [InlineData("{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}")]
    [InlineData("{% set ns = namespace(x=[1]) %}{% for i in range(99) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x == ns.x | list }}")]
    [InlineData("{% set ns = namespace(x='a') %}{% set ns.x = ns %}{{ ns }}")]
    [InlineData("{% set ns = namespace(x='a') %}{% set ns.x = ns %}{{ ns | tojson }}")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData("{% set ns = namespace(x='aaaa') %}{% for i in range(99) %}{% set ns.x = ns.x | replace('a', 'aaaa') %}{% endfor %}")]
    [InlineData("{% set ns = namespace(x='a\n') %}{% for i in range(99) %}{% set ns.x = ns.x | indent(100, true, true) ~ ns.x %}{% endfor %}")]
    public void Template_that_wants_too_much_is_stopped_soon(string template)
    {
        var watch = Stopwatch.StartNew();

        Assert.ThrowsAny<TemplateException>(() => Run(template));

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), watch.Elapsed.ToString());
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("not ")]
    [InlineData("-")]
    [InlineData("{'a':")]
    [InlineData("1 if 1 else ")]
    public void Deep_nesting_is_refused_and_not_a_crash(string part) =>
        Assert.ThrowsAny<TemplateException>(() => Run("{{ " + string.Concat(Enumerable.Repeat(part, 200_000 / part.Length)) + " }}"));

    [Fact]
    public void Deeply_nested_blocks_are_refused_and_not_a_crash() =>
        Assert.ThrowsAny<TemplateException>(() => Run(string.Concat(Enumerable.Repeat("{%if 1%}", 30_000))));

    [Fact]
    public void Any_text_parses_and_runs_or_is_refused() =>
        Gen.Int[0, Parts.Length - 1].Select(at => Parts[at])
            .Array[0, 24].Sample(parts =>
            {
                try
                {
                    Render(string.Concat(parts), Talk);
                }
                catch (TemplateException)
                {
                    // Refused with a message: as it should be.
                }
            }, iter: 20_000);

    private static string Render(string template, IReadOnlyList<ChatTurn> turns) => ChatTemplate.Parse(template).Render(turns, [], "<s>", "</s>", Clock);

    private static string Run(string template) => ChatTemplate.Parse(template).Run(new Dictionary<string, object?>(), Clock);

    private sealed class FixedClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);
    }
}
