using System.Text.Json;
using Loragate.EvalHarness.Templates;

namespace Loragate.EvalHarness.Tests.Templates;

public sealed class TemplateTests
{
    private const string Variables =
        """
        {"text": " two words ", "n": 3, "half": 0.5, "tiny": 1e-5, "big": 1e16, "yes": true, "none": null, "emoji": "a😀b",
         "items": ["a", "b", "c"], "mixed": [1, 2.0, "it's", null, true, "tab\t"], "nested": {"choices": ["x", "y"], "items": 1}, "empty": []}
        """;

    /// <summary>Expectations are what CPython 3 and Jinja 3 print.</summary>
    [Theory]
    [InlineData("plain\n", "plain\n")]
    [InlineData("{{ text.strip() }}|", "two words|")]
    [InlineData("{{ n }} {{ half }} {{ tiny }} {{ big }} {{ yes }} {{ none }}", "3 0.5 1e-05 1e+16 True None")]
    [InlineData("{{ mixed }}", "[1, 2.0, \"it's\", None, True, 'tab\\t']")]
    [InlineData("{{ items[0] }}{{ items[-1] }}{{ items[1:] }}{{ items[::-1] }}{{ items[:-5] }}", "ac['b', 'c']['c', 'b', 'a'][]")]
    [InlineData("{{ emoji[1] }}{{ emoji | length }}{{ emoji[::-1] }}", "😀3b😀a")]
    [InlineData("{{ nested.choices }}{{ nested['items'] }}", "['x', 'y']1")]
    [InlineData("{{ 'a' ~ 1 + 2 }}", null)]
    [InlineData("{{ 'a' ~ 1 * 2 ~ none }}", "a2None")]
    [InlineData("{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 4 / 2 }}", "3 -4 2 3.5 2.0")]
    [InlineData("{{ 'yes' if n > 2 and not empty else 'no' }}", "yes")]
    [InlineData("{{ 1 < n < 5 }} {{ 'b' in items }} {{ 'z' not in items }} {{ 1 == 1.0 }} {{ '1' == 1 }}", "True True True True False")]
    [InlineData("{% if empty %}a{% elif n == 3 %}b{% else %}c{% endif %}", "b")]
    [InlineData("{% for x in items %}{{ loop.index }}{{ x }}{% if not loop.last %},{% endif %}{% endfor %}", "1a,2b,3c")]
    [InlineData("{% for x in empty %}x{% else %}none{% endfor %}", "none")]
    [InlineData("{% for k, v in {'p': 1, 'q': 2}.items() %}{{ k }}{{ v }}{% endfor %}", "p1q2")]
    [InlineData("{% set x = 1 %}{% for i in range(3) %}{% set x = i %}{% endfor %}{{ x }}", "1")]
    [InlineData("a {%- if yes %} b {%- endif -%} c", "a bc")]
    [InlineData("{# gone #}{% raw %}{{ kept }}{% endraw %}", "{{ kept }}")]
    [InlineData("{{ 'a\\nb\\x41\\q' }}", "a\nbA\\q")]
    [InlineData("{{ items | join('-') }} {{ ['a', 1] | join }}", "a-b-c a1")]
    [InlineData("{{ ' 12 ' | int + 1 }} {{ 'x' | int(7) }} {{ '3.9' | int }}", "13 7 3")]
    [InlineData("{{ missing | default('d') }} {{ missing is defined }} {{ none is none }}", "d False True")]
    [InlineData("{{ 'Two  w' | regex_replace('(\\\\w+)\\\\s+(\\\\w)', '\\\\2-\\\\1') }}", "w-Two")]
    [InlineData("{{ 'ab ab'.replace('ab', 'c', 1) }} {{ 'ab'.replace('', '.') }}", "c ab .a.b.")]
    [InlineData("{{ text.split() }} {{ 'a,b,,c'.split(',') }} {{ 'a b c'.split(' ', 1) }}", "['two', 'words'] ['a', 'b', '', 'c'] ['a', 'b c']")]
    [InlineData("{{ 'hELLO wORLD'.capitalize() }} {{ \"it's so\".title() }} {{ 'straße'.upper() }}", "Hello world It'S So STRASSE")]
    [InlineData("{{ items.index('b') }} {{ 'xx-yy'.lstrip('x-') }} {{ 'a'.startswith('a') }}", "1 yy True")]
    [InlineData("{% set ns = namespace(k=0) %}{% for i in range(3) %}{% set ns.k = ns.k + i %}{% endfor %}{{ ns.k }}", "3")]
    [InlineData("{{ [{'r': 'u', 'c': 1}, {'r': 's', 'c': 2}] | selectattr('r', 'equalto', 's') | map(attribute='c') | list }}", "[2]")]
    [InlineData("{{ [{'r': 'u', 'c': 1}, {'r': 's', 'c': 2}] | rejectattr('r', 'in', ['s', 't']) | map(attribute='c') | list }}", "[1]")]
    [InlineData("{{ [{'r': 'u'}, {'c': 2}] | selectattr('r', 'defined') | list | length }}", "1")]
    [InlineData("{{ -2 | abs }} {{ ['b', 'a'] | map('upper') | list }}", "2 ['B', 'A']")]
    public void A_template_renders_as_Jinja_does(string template, string? expected)
    {
        if (expected is null)
            Assert.Throws<TemplateException>(() => Render(template));
        else
            Assert.Equal(expected, Render(template));
    }

    [Theory]
    [InlineData("{% macro m() %}{% endmacro %}", "'macro'")]
    [InlineData("{% include 'x' %}", "'include'")]
    [InlineData("{% set n.x = 1 %}", "'n' is no namespace")]
    [InlineData("{% set ns = namespace(a=1) %}{{ ns }}", "the text of a namespace")]
    [InlineData("{% set ns = namespace() %}{% set ns.me = [ns] %}{{ ns.me }}", "the text of a namespace")]
    [InlineData("{{ namespace(nested) }}", "'namespace'")]
    [InlineData("{% set ns = namespace() %}{{ ns.gone }}", "'gone' of a namespace is undefined")]
    [InlineData("{{ raise_exception('not so') }}", "not so")]
    [InlineData("{{ items | selectattr('a.b') }}", "'a.b'")]
    [InlineData("{{ [nested] | selectattr('items', 'matches', 1) }}", "'matches'")]
    [InlineData("{% for x in items %}{{ loop.cycle('a', 'b') }}{% endfor %}", "'loop.cycle'")]
    [InlineData("{% for x in items %}{{ loop.previtem }}{% endfor %}", "'loop.previtem'")]
    [InlineData("{% generation %}{% endgeneration %}", "'generation'")]
    [InlineData("{{ strftime_now('%Y') }}", "'strftime_now'")]
    [InlineData("{{ x | tojson }}", "'tojson'")]
    [InlineData("{{ text.encode() }}", "'encode'")]
    [InlineData("{{ 1 is divisibleby 3 }}", "'divisibleby'")]
    [InlineData("{{ 2 ** 3 }}", "'**'")]
    [InlineData("{{ (1, 2) }}", "tuple")]
    [InlineData("{{ text.__class__ }}", "'__class__'")]
    [InlineData("{{ missing }}", "'missing' is undefined")]
    [InlineData("{{ nested.missing.deeper }}", "'missing' of a dict is undefined")]
    [InlineData("{{ items[9] }}", "item 9")]
    [InlineData("{{ 'a' + 1 }}", "a str and a int")]
    [InlineData("{{ 1 // 0 }}", "division by zero")]
    [InlineData("line\n{{ unclosed", "line 2")]
    [InlineData("{% if yes %}", "'endif' is missing")]
    [InlineData("{% endfor %}", "'endfor' closes nothing")]
    [InlineData("{{ 'open }}", "string is not closed")]
    public void What_is_not_supported_or_wrong_is_refused_by_name(string template, string named)
    {
        var refusal = Assert.Throws<TemplateException>(() => Render(template));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("task.yaml", refusal.Place, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{% for a in range(100000) %}{% for b in range(100000) %}{{ b }}{% endfor %}{% endfor %}")]
    [InlineData("{{ range(2000000000) | length }}")]
    [InlineData("{{ 'aaaaaaaaaa' * 2000000000 }}")]
    [InlineData("{% set x = 9 * 9 %}{% for i in range(100) %}{{ x * 999999999999999999999999 * 'a' }}{% endfor %}")]
    public void A_template_that_wants_too_much_is_stopped(string template) => Assert.Throws<TemplateException>(() => Render(template));

    [Fact]
    public void Deep_nesting_is_refused_before_the_stack_ends() =>
        Assert.All([("(", ")"), ("[", "]"), ("not ", ""), ("-", ""), ("1 if 1 else ", ""), ("{'a':", "}")], pair =>
            Assert.Contains("nesting", Assert.Throws<TemplateException>(() => Render($"{{{{ {Many(pair.Item1)}1{Many(pair.Item2)} }}}}")).Fault, StringComparison.Ordinal));

    [Fact]
    public void Blocks_are_trimmed_where_the_options_say_so()
    {
        var options = TemplateOptions.Task with { TrimBlocks = true, LstripBlocks = true };
        var template = Template.Parse("a\n  {% if true %}\n  b\n  {% endif %}\nc {{ 1 }}\n", "chat", options);
        Assert.Equal("a\n  b\nc 1\n", template.Render(new Dictionary<string, Value>()));
    }

    private static string Many(string text) => string.Concat(Enumerable.Repeat(text, 100_000));

    private static string Render(string template)
    {
        using var document = JsonDocument.Parse(Variables);
        var variables = document.RootElement.EnumerateObject().ToDictionary(entry => entry.Name, entry => Value.From(entry.Value));
        return Template.Parse(template, "task.yaml").Render(variables);
    }

    public static TheoryData<string, string> Costly => new()
    {
        { "{{ 'a'" + string.Concat(Enumerable.Repeat("|upper", 30_000)) + " }}", "levels of nesting" },
        { "{{ x" + string.Concat(Enumerable.Repeat("[0:2]", 20_000)) + " }}", "levels of nesting" },
        { "{{ 1" + string.Concat(Enumerable.Repeat(" + 1", 20_000)) + " }}", "levels of nesting" },
        { "{{ 1" + string.Concat(Enumerable.Repeat(" if 1", 20_000)) + " }}", "levels of nesting" },
        { string.Concat(Enumerable.Repeat("{% set x = [x, x] %}", 40)) + "{{ x }}", "characters and items" },
        { string.Concat(Enumerable.Repeat("{% set x = [x, x] %}", 20)) + "{% for i in 'x' * 1000 %}{{ x == x }}{% endfor %}", "steps" },
        { "{% set s = 'a' * 8000000 %}{{ s | regex_replace('a', s) }}", "more than" },
        { "{% set s = 'a' * 8000000 %}{{ s | list | length }}", "steps" },
        { "{% set s = 'a' * 8000000 %}{% for i in 'x' * 1000 %}{{ s | upper | length }}{% endfor %}", "steps" },
        { "{% for i in 'x' * 1000 %}{{ ('a' * 24 ~ '!') | regex_replace('(a|aa)+$', '') }}{% endfor %}", "" },
    };

    [Theory, MemberData(nameof(Costly))]
    public void A_template_that_costs_too_much_is_refused_in_good_time(string template, string fault)
    {
        var began = System.Diagnostics.Stopwatch.StartNew();
        var e = Assert.ThrowsAny<Exception>(() => Template.Parse(template, "template").Render(new Dictionary<string, Value> { ["x"] = new StringValue("abc") }));
        Assert.True(e is TemplateException, e.ToString());
        Assert.Contains(fault, e.Message, StringComparison.Ordinal);
        // Generous: on an idle machine the slowest takes a few seconds.
        Assert.True(began.Elapsed < TimeSpan.FromMinutes(1), $"{began.Elapsed}");
    }

    [Fact]
    public void A_whole_number_of_more_digits_than_Python_reads_is_the_default() =>
        Assert.Equal("7", Template.Parse("{{ ('9' * 100000) | int(7) }}", "template").Render(new Dictionary<string, Value>()));
}
