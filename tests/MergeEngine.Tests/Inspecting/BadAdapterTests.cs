using System.Text.Json;
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
            Assert.True(expected.GetProperty("verdict").GetString() == "refuse" || expected.GetProperty("peft").GetString()!.StartsWith("raises", StringComparison.Ordinal), "refused although it can be read");
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
