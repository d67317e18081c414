using System.Text.Json;
using System.Text.RegularExpressions;
using Loragate.Artifacts;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Testing;

namespace Loragate.MergeEngine.Inspecting;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class BadAdapterTests
{
    public static TheoryData<string> Cases => [.. SharedFolder.Folders("vectors", "adapters_bad")];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void An_adapter_gets_the_verdict_of_a_careful_reviewer(string name)
    {
        using var temp = new TempFolder();
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "adapters_bad", "expected.json")));
        var expected = document.RootElement.GetProperty(name);
        var folder = WithLinks(temp, name);
        Inspection inspection;
        try
        {
            inspection = Inspector.Inspect(new InspectRequest { Adapter = folder, Base = SharedFolder.PathTo("vectors", "models", "llama"), Version = "test" });
        }
        catch (MalformedInputException refusal)
        {
            Assert.Equal("refuse", expected.GetProperty("verdict").GetString());
            Assert.True(refusal.Fault.Length > 5 && refusal.Place.Contains(name, StringComparison.Ordinal), refusal.Message);
            return;
        }
        Assert.All(inspection.Findings, f => Assert.True(f is { Where.Length: > 0, Message.Length: > 0, Advice.Length: > 0 }, f.Id));
        var blocks = inspection.Findings.Where(f => f.Severity == Severity.Block).ToList();
        switch (expected.GetProperty("verdict").GetString())
        {
            case "accept":
                Assert.Empty(blocks);
                break;
            case "warn":
                Assert.Contains(inspection.Findings, f => f.Severity == Severity.Warn);
                Assert.Empty(blocks);
                break;
            default:
                Assert.NotEmpty(blocks);
                break;
        }
    }

    /// <summary>What is said of a case in words, and which finding, or which words of a refusal, name that cause.</summary>
    private static readonly (string Why, string Cause)[] Causes =
    [
        ("every [AB] is zero", "no-op"), ("one B is zero", "dead-module"), ("a NaN in a factor|an infinity", "non-finite"), ("update dwarfs", "update-large"),
        ("below half a unit", "update-tiny"), ("stored as integers", "factor-dtype"), ("another rank than|contradicts the tensors|different ranks", "rank-mismatch"),
        ("without its [AB]", "missing-factor"), ("no tensors at all", "missing-module"), ("belongs to no part|tensor lora_C", "unused-tensor"), ("the base lacks", "absent-module"),
        ("another (input|output) width", "shape-mismatch"), ("stored transposed", "rank-mismatch|shape-mismatch"), ("carry the adapter name", "adapter-name"),
        ("^keys without base_model", "unused-tensor"), ("prefix twice|other case", "absent-module|unused-tensor"), ("name does not|does not say what|a path out of", "base-name"),
        ("copy of the base lm_head", "wrong-base"), ("do not fit the norms", "dora-magnitude"), ("more rows than", "shape-mismatch"), ("unknown peft_type|peft_type LOHA over", "unsupported-type|unused-tensor|missing"),
        ("no peft_type", "'peft_type' missing"), ("keys no version knows", "unknown-key"), ("activated LoRA|layer_replication", "unsupported-setting"), ("base was changed in training", "base-mutated"),
        ("no effect$", "scale-zero"), ("negative scaling|fractional|scaling far above", "scale-unusual"), ("lora_alpha is text", "lora_alpha"), ("NaN in JSON", "'N' is an invalid"), ("rank 0|negative rank|absurd rank|rank is not", "'r'"),
        ("rsLoRA", "serving-rslora"), ("matches no module", "targets-nothing"), ("target_modules does not name", "untargeted-module"), ("regular expression", "target_modules|targets-nothing"),
        ("twice with different values", "lora_alpha|[Dd]uplicate"), ("byte order mark", "byte-order-mark"), ("not JSON|is an array", "JSON"), ("no adapter_config", "no adapter_config"), ("task type", "task-type"),
        ("replaces the whole lm_head", "replaced-module"), ("names lm_head but", "missing-module"), ("has a bias", "bias"), ("layers without bias", "no-bias"), ("fan_in_fan_out", "fan-in-fan-out"),
        ("beyond the vocabulary", "token-index"), ("only a pickle", "pickle"), ("a pickle beside", "pickle"), ("^no weights", "no adapter_model"), ("cut short|bytes behind", "bytes"), ("LFS pointer", "LFS"),
        ("Python file", "code"), ("auto_map names code|names a library", "remote-code"), ("a link out of", "symbolic link"), ("an executable", "executable"), ("chat template", "chat-template"), ("two safetensors", "several-weight-files"),
        ("another adapter in a sub-folder", "nested-adapter"),
    ];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void A_finding_or_the_refusal_names_the_cause(string name)
    {
        using var temp = new TempFolder();
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "adapters_bad", "expected.json")));
        var (verdict, why) = (document.RootElement.GetProperty(name).GetProperty("verdict").GetString(), document.RootElement.GetProperty(name).GetProperty("why").GetString()!);
        if (verdict == "accept")
            return;
        var causes = Causes.Where(c => Regex.IsMatch(why, c.Why)).Select(c => c.Cause).ToList();
        Assert.True(causes.Count > 0, $"no cause is known for '{why}'");
        string said;
        try
        {
            var inspection = Inspector.Inspect(new InspectRequest { Adapter = WithLinks(temp, name), Base = SharedFolder.PathTo("vectors", "models", "llama"), Version = "test" });
            said = string.Join(' ', inspection.Findings.Where(f => f.Severity == (verdict == "refuse" ? Severity.Block : Severity.Warn)).Select(f => f.Id));
        }
        catch (MalformedInputException refusal)
        {
            said = $"{Path.GetFileName(refusal.Place)} {refusal.Fault}";
        }
        Assert.True(causes.Any(c => Regex.IsMatch(said, c)), $"'{why}': {said}");
    }

    [Fact]
    public void Every_folder_has_an_expectation()
    {
        Assert.SkipUnless(SharedFolder.IsPresent, SharedFolder.Absent);
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "adapters_bad", "expected.json")));
        Assert.Equal(document.RootElement.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal), SharedFolder.Folders("vectors", "adapters_bad"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void An_inspection_of_the_same_adapter_has_the_same_bytes_and_reads_back(string name)
    {
        var request = new InspectRequest { Adapter = SharedFolder.PathTo("vectors", "adapters_bad", name), Base = SharedFolder.PathTo("vectors", "models", "llama"), Version = "test" };
        try
        {
            var bytes = Inspector.Inspect(request).ToCanonicalJson();
            Assert.Equal(bytes, Inspector.Inspect(request).ToCanonicalJson());
            Assert.Equal(bytes, Artifacts.Records.Record.Parse<Inspection>(bytes, name).ToCanonicalJson());
        }
        catch (MalformedInputException)
        {
            return;
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void What_an_inspection_blocks_for_its_fit_no_merge_accepts(string name)
    {
        using var temp = new TempFolder();
        var folder = WithLinks(temp, name);
        var llama = SharedFolder.PathTo("vectors", "models", "llama");
        try
        {
            Merger.Merge(TinyModel.Request(llama, temp.PathTo("merged"), new WeightedAdapter(folder)));
        }
        catch (MalformedInputException)
        {
            Assert.False(Directory.Exists(temp.PathTo("merged")) || Directory.Exists(temp.PathTo("merged.partial")));
            return;
        }
        var inspection = Inspector.Inspect(new InspectRequest { Adapter = folder, Base = llama, Version = "test" });
        Assert.All(inspection.Findings.Where(f => f.Severity == Severity.Block), f => Assert.Contains(f.Id, new[] { "no-op", "code", "several-weight-files" }));
    }

    /// <summary>A copy of a case, with the links that a copy of the vectors turned into files of their targets' names.</summary>
    private static string WithLinks(TempFolder temp, string name)
    {
        var source = SharedFolder.PathTo("vectors", "adapters_bad", name);
        if (!name.StartsWith("symlink_", StringComparison.Ordinal))
            return source;
        var folder = temp.Copy(source, name);
        foreach (var file in Directory.EnumerateFiles(folder).Where(f => new FileInfo(f).Length < 256).ToList())
        {
            File.Delete(file);
            File.CreateSymbolicLink(file, temp.PathTo("nowhere"));
        }
        return folder;
    }
}
