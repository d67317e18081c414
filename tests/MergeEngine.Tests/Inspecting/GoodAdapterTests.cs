using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Testing;

namespace Loragate.MergeEngine.Inspecting;

[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class GoodAdapterTests
{
    public static TheoryData<string> Mergeable => [.. SharedFolder.Folders("vectors", "merge").Where(name => File.Exists(SharedFolder.PathTo("vectors", "merge", name, "exact.safetensors")))];

    public static TheoryData<string> Trained => [.. SharedFolder.Folders("adapters").Select(n => Path.Combine("adapters", n)).Concat(SharedFolder.Folders("samples", "adapters").Select(n => Path.Combine("samples", "adapters", n)))];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Mergeable))]
    public void An_adapter_that_merges_has_no_blocking_finding(string name)
    {
        using var temp = new TempFolder();
        using var about = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "merge", name, "case.json")));
        var inspection = Inspect(SharedFolder.PathTo("vectors", "merge", name, "adapter"), Auditing.AuditVectorTests.Base(temp, about.RootElement, name));
        Assert.DoesNotContain(inspection.Findings, f => f.Severity == Severity.Block);
        Assert.All(inspection.Modules, m => Assert.True(m.SpectralNorm is null || m.SpectralNorm <= m.FrobeniusNorm * (1 + 1e-9), m.Module));
        // A LoKr has the product of its factors' ranks, which r does not bound.
        Assert.All(inspection.Modules, m => Assert.True(m.EffectiveRank is null || (m.EffectiveRank >= 1 - 1e-9 && (inspection.PeftType == "LOKR" || m.EffectiveRank <= m.Rank + 1e-9)), m.Module));
    }

    /// <summary>The folder's no-op adapter is blocked for what it is; the biased and the damaged ones are for the scores to find.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Trained))]
    public void A_trained_adapter_is_blocked_for_nothing_but_having_no_effect(string path)
    {
        var folder = SharedFolder.PathTo(path);
        var baseFolder = path.StartsWith("samples", StringComparison.Ordinal) ? SharedFolder.PathTo("samples", "base") : null;
        var inspection = Inspect(folder, baseFolder);
        Assert.DoesNotContain(inspection.Findings, f => f.Severity == Severity.Block && f.Id != "no-op");
        Assert.Equal(path.Contains("noop", StringComparison.Ordinal), inspection.Findings.Any(f => f.Id == "no-op"));
        Assert.Equal(4, inspection.Serving.Count);
        Assert.DoesNotContain(inspection.Findings, f => f.Id == "update-outlier");
    }

    private static Inspection Inspect(string adapter, string? baseFolder) =>
        Inspector.Inspect(new InspectRequest { Adapter = adapter, Base = baseFolder, Version = "test" });
}
