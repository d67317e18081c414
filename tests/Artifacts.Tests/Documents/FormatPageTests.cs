using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.Documents;

public sealed partial class FormatPageTests
{
    [Fact]
    public void The_example_of_a_safetensors_header_is_one()
    {
        var header = Encoding.UTF8.GetBytes(Assert.Single(FormatPage.Blocks("safetensors.v1.md", "json")));
        Assert.Equal(DType.BF16, Assert.Single(SafetensorsHeader.Parse(header, 12, "page").Tensors).DType);
    }

    [Fact]
    public void Every_listed_refusal_has_a_code_of_the_reader() =>
        Assert.All(FormatPage.StricterRefusals(), r => Assert.True(Enum.TryParse<SafetensorsFault>(r.Code, out _), r.Code));

    [Fact]
    public void Every_element_type_is_listed()
    {
        var page = string.Join(' ', FormatPage.Lines("safetensors.v1.md"));
        Assert.All(Enum.GetNames<DType>(), name => Assert.Matches($@"\b{name}\b", page));
    }

    [Fact]
    public void The_example_of_an_adapter_config_is_one()
    {
        var config = AdapterConfig.Parse(Encoding.UTF8.GetBytes(Assert.Single(FormatPage.Blocks("adapter.v1.md", "json config"))), "page");
        Assert.Equal((4, 8), (config.RankOf("model.layers.0.q_proj"), config.RankOf("model.layers.1.q_proj")));
        Assert.Empty(config.UnknownKeys);
    }

    /// <summary>Every key that the page calls inert is; every one that it says refuses when switched on is a feature.</summary>
    [Fact]
    public void The_lists_of_keys_are_the_ones_of_the_reader()
    {
        var page = string.Join('\n', FormatPage.Lines("adapter.v1.md"));
        var refused = KeysBetween(page, "**Refused when switched on**", "**Inert**");
        var inert = KeysBetween(page, "**Inert**", "**Any other key**");
        var all = AdapterConfig.Parse(Encoding.UTF8.GetBytes("{\"peft_type\":\"LORA\"," + string.Join(',', refused.Concat(inert).Select(k => $"\"{k}\":true")) + "}"), "page");
        Assert.Equal(refused.Order(StringComparer.Ordinal), all.Features);
        Assert.Empty(all.UnknownKeys);
        var reader = File.ReadAllText(Repository.PathTo("src", "Artifacts", "Adapters", "AdapterConfigReader.cs"));
        var inCode = KeyInCode().Matches(reader[..reader.IndexOf("public AdapterConfig Read", StringComparison.Ordinal)]).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(inCode);
        Assert.All(inCode, key => Assert.Contains($"`{key}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_example_of_a_record_is_canonical_and_one() =>
        Artifacts.Records.Record.Parse<Run>(Encoding.UTF8.GetBytes(Assert.Single(FormatPage.Blocks("records.v1.md", "json record"))), "page");

    [Fact]
    public void Every_record_and_every_field_of_it_is_listed()
    {
        var rows = FormatPage.Lines("records.v1.md").Where(l => l.StartsWith("| `loragate.", StringComparison.Ordinal)).ToDictionary(l => l.Split('`')[1]);
        Assert.Equal(SampleRecords.All.Select(r => r.Schema).Distinct().Order(StringComparer.Ordinal), rows.Keys.Order(StringComparer.Ordinal));
        foreach (var record in SampleRecords.All)
        {
            using var document = JsonDocument.Parse(record.ToCanonicalJson());
            Assert.All(document.RootElement.EnumerateObject().Where(p => p.Name != "schema"), p => Assert.Matches($@"\b{p.Name}\b", rows[record.Schema]));
        }
    }

    [Theory]
    [InlineData("dossier.v1.md")]
    [InlineData("release.v1.md")]
    [InlineData("merge.v1.md")]
    [InlineData("combine.v1.md")]
    [InlineData("extract.v1.md")]
    [InlineData("undo.v1.md")]
    [InlineData("merge-audit.v1.md")]
    [InlineData("tuning.v1.md")]
    public void The_JSON_of_a_page_is_strict_JSON(string page)
    {
        var blocks = FormatPage.Lines(page).Where(l => l.StartsWith("```json", StringComparison.Ordinal)).Select(l => l[3..]).Distinct().SelectMany(language => FormatPage.Blocks(page, language)).ToList();
        Assert.NotEmpty(blocks);
        Assert.All(blocks, block => Artifacts.Json.StrictJson.Parse(Encoding.UTF8.GetBytes(block), page).Dispose());
    }

    private static List<string> KeysBetween(string page, string from, string to)
    {
        var start = page.IndexOf(from, StringComparison.Ordinal);
        var keys = Backticked().Matches(page[start..page.IndexOf(to, start, StringComparison.Ordinal)]).Select(m => m.Groups[1].Value).ToList();
        Assert.NotEmpty(keys);
        return keys;
    }

    [GeneratedRegex("`([a-z_]+)`")]
    private static partial Regex Backticked();

    [GeneratedRegex("\"([a-z_]+)\"[,\n ]")]
    private static partial Regex KeyInCode();
}
