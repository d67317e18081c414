using System.Diagnostics;
using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Inspecting;

/// <summary>Folders made to cost: the inspection stays small and quick, and says what it did not read.</summary>
public sealed class HostileFolderTests
{
    /// <summary>An idle core needs a tenth of it.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_model_card_of_a_hundred_megabytes_is_read_at_its_head_only()
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"));
        using (var card = File.Create(Path.Combine(adapter, "README.md")))
        {
            card.Write("---\nlicense: mit\nanchor: &a [x, x]\nbomb: *a\n"u8);
            card.SetLength(100 << 20);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        var inspection = Quick(adapter);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 32 << 20);
        Assert.Contains(inspection.Findings, f => f.Id == "model-card");
    }

    [Theory]
    [InlineData("license: &a mit\ndatasets: *a")]
    [InlineData("license: mit\nlicense: apache-2.0")]
    [InlineData("datasets: [[a, b], [c]]")]
    [InlineData("license: |\n  mit")]
    [InlineData("license: {a: b}")]
    public void Front_matter_beyond_texts_and_lists_is_a_finding_and_never_followed(string matter)
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"));
        File.WriteAllText(Path.Combine(adapter, "README.md"), $"---\n{matter}\n---\n");
        Assert.Contains(Quick(adapter).Findings, f => f.Id == "model-card");
    }

    [Fact]
    public void A_list_without_end_is_cut_off()
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"));
        File.WriteAllText(Path.Combine(adapter, "README.md"), "---\ndatasets:\n" + string.Concat(Enumerable.Range(0, 5000).Select(i => $"- d{i}\n")) + "---\n");
        var inspection = Quick(adapter);
        Assert.Contains(inspection.Findings, f => f.Id == "model-card");
        Assert.True(inspection.Licences.Count < 500);
    }

    [Fact]
    public void Thousands_of_files_give_as_many_findings_as_people_can_read()
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"));
        for (var i = 0; i < 3000; i++)
            File.WriteAllText(Path.Combine(adapter, $"{i}.py"), "");
        var findings = Quick(adapter).Findings.Where(f => f.Id == "code").ToList();
        Assert.Equal(FindingList.MostOfAKind + 1, findings.Count);
        Assert.Contains(findings, f => f.Where == $"{3000 - FindingList.MostOfAKind} more places");
    }

    [Fact]
    public void Tens_of_thousands_of_tensors_are_inspected_or_refused_in_time()
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"));
        var weights = Path.Combine(adapter, PeftAdapter.WeightsFile);
        File.Delete(weights);
        var names = Enumerable.Range(0, 40_000).Select(i => $"base_model.model.{new string('x', 200)}.{i}.lora_A.weight").ToList();
        using (var writer = SafetensorsWriter.Create(weights, names.Select(n => new TensorPlan(n, DType.F32, [1, 1])), new Dictionary<string, string>()))
        {
            foreach (var name in names)
                writer.Write(name, 0, new byte[4]);
        }
        var inspection = Quick(adapter);
        Assert.True(inspection.ToCanonicalJson().Length < 2 << 20);
    }

    [Fact]
    public void A_header_that_promises_more_than_the_file_holds_is_refused_before_it_is_read()
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"));
        var bytes = new byte[64];
        BitConverter.TryWriteBytes(bytes, 99_000_000L);
        File.WriteAllBytes(Path.Combine(adapter, PeftAdapter.WeightsFile), bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.ThrowsAny<MalformedInputException>(() => Quick(adapter));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 << 20);
    }

    [Fact]
    public void A_side_file_that_is_no_text_is_a_finding_not_a_fault()
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"));
        File.WriteAllBytes(Path.Combine(adapter, "tokenizer_config.json"), [0xFF, 0xFE, 0x00]);
        File.WriteAllBytes(Path.Combine(adapter, "README.md"), Encoding.UTF8.GetPreamble());
        File.WriteAllBytes(Path.Combine(adapter, "LICENSE"), new byte[1 << 20]);
        Assert.Contains(Quick(adapter).Findings, f => f is { Id: "unreadable-file", Where: "tokenizer_config.json" });
    }

    [Theory]
    [InlineData("tokenizer.json", "unjudged-file")]
    [InlineData("generation_config.json", "unjudged-file")]
    [InlineData("adapter_model.bin", "unjudged-file")]
    [InlineData("sub/chat_template.jinja", "unjudged-file")]
    [InlineData(".gitattributes", "unsigned-file")]
    [InlineData(".github/workflow.json", "unsigned-file")]
    [InlineData("ADAPTER_CONFIG.json", "names-differ-by-case")]
    public void A_file_that_nothing_is_measured_with_or_signed_by_is_a_finding(string file, string id)
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"));
        temp.Write($"adapter/{file}", "{}"u8);
        Assert.Contains(Quick(adapter).Findings, finding => finding.Id == id);
    }

    [Fact]
    public void Names_that_are_one_file_are_listed_without_a_word_of_any_language_between_them()
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"));
        temp.Write("adapter/ADAPTER_CONFIG.json", "{}"u8);
        var finding = Assert.Single(Quick(adapter).Findings, finding => finding.Id == "names-differ-by-case");
        Assert.StartsWith("ADAPTER_CONFIG.json, adapter_config.json are one file", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_matter_and_the_bases_own_files_are_none()
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"));
        var @base = TinyModel.WriteBase(temp.PathTo("base"), Artifacts.Safetensors.DType.F32);
        foreach (var file in (string[])["README.md", "LICENSE", "chart.png"])
            temp.Write($"adapter/{file}", "text"u8);
        File.Copy(Path.Combine(@base, "config.json"), Path.Combine(adapter, "config.json"));
        var findings = Inspector.Inspect(new InspectRequest { Adapter = adapter, Base = @base, Version = "test" }).Findings;
        Assert.DoesNotContain(findings, finding => finding.Id is "unjudged-file" or "unsigned-file" or "names-differ-by-case");
    }

    private static Inspection Quick(string adapter)
    {
        var clock = Stopwatch.StartNew();
        var inspection = Inspector.Inspect(new InspectRequest { Adapter = adapter, Version = "test" });
        Assert.True(clock.Elapsed < Long, $"{clock.Elapsed}");
        return inspection;
    }
}
