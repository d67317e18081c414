using System.Text;
using System.Text.Json;
using Loragate.EvalHarness.Templates;
using Loragate.EvalHarness.Tokenizers;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Templates;

public sealed class ChatTemplateTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Folders() =>
        [.. SharedFolder.Folders("vectors", "tokenizers").Where(name => File.Exists(SharedFolder.PathTo("vectors", "tokenizers", name, "expected.json")))];

    public void Dispose() => _folder.Dispose();

    [Theory(SkipTestWithoutData = true)]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    [MemberData(nameof(Folders))]
    public void Conversations_are_rendered_encoded_and_refused_as_by_the_reference_implementation(string name)
    {
        var folder = SharedFolder.PathTo("vectors", "tokenizers", name);
        var (template, tokenizer) = (ChatTemplate.Load(folder)!, Tokenizer.Load(folder));
        using var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json")));
        Assert.NotEqual(0, cases.RootElement.GetArrayLength());
        foreach (var expected in cases.RootElement.EnumerateArray())
        {
            var messages = (ListValue)Value.From(expected.GetProperty("messages"));
            var prompt = expected.GetProperty("add_generation_prompt").GetBoolean();
            if (expected.TryGetProperty("error", out var error))
            {
                Assert.Equal(error.GetString(), Assert.Throws<TemplateException>(() => template.Render(messages, prompt)).Fault);
                continue;
            }
            var text = template.Render(messages, prompt);
            Assert.Equal(expected.GetProperty("text").GetString(), text);
            Assert.Equal(expected.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()), tokenizer.Encode(text, addSpecialTokens: false));
        }
    }

    /// <summary>Expectations are what Jinja 3 prints with its plain Undefined.</summary>
    [Theory]
    [InlineData("{{ gone }}|{% if gone %}a{% else %}b{% endif %}|{% for x in gone %}x{% endfor %}|{{ gone == other }}", "|b||True")]
    [InlineData("{{ messages[0].tool_calls }}|{{ messages[0].tool_calls is defined }}|{{ not messages[0].tool_calls }}|{{ gone or 'c' }}", "|False|True|c")]
    [InlineData("{% if tools is none %}none{% endif %}{{ 'x' if gone }}\n", "none")]
    [InlineData("{{ bos_token }}{{ messages | length }}\n\n", "<s>1\n")]
    public void The_undefined_is_empty_and_the_last_line_break_goes(string template, string expected)
    {
        Write(template);
        Assert.Equal(expected, Render());
    }

    [Theory]
    [InlineData("{{ gone.deeper }}", "'gone' is undefined")]
    [InlineData("{{ gone | trim }}", "'gone' is undefined")]
    [InlineData("{{ gone + 'a' }}", "'gone' is undefined")]
    public void What_needs_a_value_of_the_undefined_is_refused(string template, string named)
    {
        Write(template);
        Assert.Contains(named, Assert.Throws<TemplateException>(Render).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_its_own_holds_the_template_too_unless_it_contradicts()
    {
        Write("{{ bos_token }}a");
        _folder.Write("chat_template.jinja", "{{ bos_token }}a"u8);
        Assert.Equal("<s>a", Render());
        _folder.Write("chat_template.jinja", "{{ bos_token }}b"u8);
        Assert.Contains("differs", Assert.Throws<TemplateException>(Render).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_named_templates_the_default_is_taken_and_a_folder_without_any_has_none()
    {
        _folder.Write("tokenizer_config.json", """{"chat_template": [{"name": "tool_use", "template": "t"}, {"name": "default", "template": "d"}]}"""u8);
        Assert.Equal("d", Render());
        _folder.Write("tokenizer_config.json", """{"chat_template": [{"name": "tool_use", "template": "t"}]}"""u8);
        Assert.Contains("'default'", Assert.Throws<TemplateException>(Render).Fault, StringComparison.Ordinal);
        _folder.Write("tokenizer_config.json", "{}"u8);
        Assert.Null(ChatTemplate.Load(_folder.Path));
    }

    private void Write(string template) =>
        _folder.Write("tokenizer_config.json", Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new { bos_token = new { content = "<s>" }, chat_template = template })));

    private string Render()
    {
        using var messages = JsonDocument.Parse("""[{"role": "user", "content": "hello"}]""");
        return ChatTemplate.Load(_folder.Path)!.Render((ListValue)Value.From(messages.RootElement), addGenerationPrompt: false);
    }
}
