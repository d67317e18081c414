using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Auditing;
using Loragate.MergeEngine.Inspecting;
using Loragate.Testing;

namespace Loragate.MergeEngine.Planning;

/// <summary>An adapter whose initialisation changed the base is merged into that changed base alone, by the word of whoever merges.</summary>
public sealed class ResidualBaseTests : IDisposable
{
    private readonly TempFolder _temp = new();

    [Theory]
    [InlineData("pissa")]
    [InlineData("pissa_niter_16")]
    [InlineData("olora")]
    [InlineData("corda")]
    [InlineData("loftq")]
    [InlineData("lora_ga")]
    public void It_is_refused_unless_the_base_is_said_to_be_the_residual_one_and_then_merged_as_any_LoRA(string initialisation)
    {
        var request = Request(initialisation);
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(request)).Findings, f => f is { Id: "base-mutated", Severity: Severity.Block } && f.Message.Contains(initialisation, StringComparison.Ordinal));
        Assert.Contains(Inspect(request, isResidual: false).Findings, f => f is { Id: "base-mutated", Severity: Severity.Block });
        Assert.Contains(Inspect(request, isResidual: true).Findings, f => f is { Id: "base-mutated", Severity: Severity.Warn });
        Assert.DoesNotContain(Inspect(request, isResidual: true).Findings, f => f.Severity == Severity.Block);

        var receipt = Merger.Merge(request with { ResidualBase = true });
        Assert.True(Artifacts.Records.Record.Parse<MergeReceipt>(receipt.ToCanonicalJson(), "receipt").Adapters[0].ResidualBase);
        var plain = Request("true");
        Assert.Equal(Merger.Merge(plain with { Base = request.Base }).Output.WeightsDigest, receipt.Output.WeightsDigest);

        var audit = new AuditRequest { Base = request.Base, Adapters = request.Adapters, Merged = request.Output, Threads = 2, Version = "test" };
        Assert.Throws<MergePlanException>(() => MergeAuditor.Audit(audit));
        var audited = MergeAuditor.Audit(audit with { ResidualBase = true });
        Assert.True(audited.Equivalent && audited.Adapters[0].ResidualBase == true);

        Unmerger.Unmerge(TinyModel.Undo(request.Output, _temp.PathTo("restored")));
        MergerTests.AssertRestored(request.Base, _temp.PathTo("restored"));
    }

    [Fact]
    public void It_has_no_other_weight_than_one()
    {
        var request = Request("pissa") with { ResidualBase = true };
        var half = request with { Adapters = [new WeightedAdapter(request.Adapters[0].Folder, 0.5)] };
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(half)).Findings, f => f is { Id: "exclusive-weighted", Where: "init_lora_weights" });
    }

    [Fact]
    public void An_adapter_that_left_its_base_alone_does_not_belong_to_a_residual_one() =>
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(Request("gaussian") with { ResidualBase = true })).Findings, f => f is { Id: "base-mutated", Severity: Severity.Block });

    [Fact]
    public void Of_an_unknown_initialisation_nobody_says_that_it_left_the_base_alone()
    {
        var findings = Assert.Throws<MergePlanException>(() => Merger.Merge(Request("sideways") with { ResidualBase = true })).Findings;
        Assert.Equal(["unsupported-setting"], findings.Select(f => f.Id));
    }

    [Fact]
    public void Two_adapters_cannot_both_give_back_what_is_missing_once()
    {
        var (one, other) = (Request("pissa"), Request("olora"));
        var both = one with { Adapters = [.. one.Adapters, .. other.Adapters], ResidualBase = true };
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(both)).Findings, f => f is { Id: "exclusive-combined", Where: "init_lora_weights" });
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void A_folder_that_such_a_merge_made_is_no_residual_base_whatever_was_merged_since(bool withUndo, int between)
    {
        var first = Request("pissa") with { ResidualBase = true, WithUndo = withUndo };
        Merger.Merge(first);
        var (last, plain) = (first.Output, Request("true"));
        for (var i = 0; i < between; i++)
        {
            Merger.Merge(plain with { Base = last, Output = _temp.PathTo($"between {i}") });
            last = _temp.PathTo($"between {i}");
        }
        var second = Request("olora") with { Base = last, ResidualBase = true };
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(second)).Findings, f => f is { Id: "base-mutated", Severity: Severity.Block });
        Assert.Throws<MergePlanException>(() => Merger.Forecast(second));
        Assert.Contains(Inspect(second, isResidual: true).Findings, f => f is { Id: "base-mutated", Severity: Severity.Block, Where: "init_lora_weights" } && f.Message.Contains("an earlier merge", StringComparison.Ordinal));
        Assert.DoesNotContain(Inspect(plain with { Base = last }, isResidual: false).Findings, f => f.Id == "base-mutated");
        var audit = new AuditRequest { Base = last, Adapters = second.Adapters, Merged = first.Output, ResidualBase = true, Threads = 2, Version = "test" };
        Assert.Contains(Assert.Throws<MergePlanException>(() => MergeAuditor.Audit(audit)).Findings, f => f.Message.Contains("an earlier merge", StringComparison.Ordinal));
        Merger.Merge(plain with { Base = last, Output = _temp.PathTo("plain") });
    }

    [Fact]
    public void The_receipt_of_any_other_merge_says_nothing_of_it() => Assert.Null(Merger.Merge(Request("true")).Adapters[0].ResidualBase);

    public void Dispose() => _temp.Dispose();

    private MergeRequest Request(string initialisation) => TinyModel.Request(
        TinyModel.WriteBase(_temp.PathTo(initialisation, "base"), DType.BF16),
        _temp.PathTo(initialisation, "merged"),
        new WeightedAdapter(TinyModel.WriteAdapter(_temp.PathTo(initialisation, "adapter"), config: c => c["init_lora_weights"] = initialisation)));

    private static Inspection Inspect(MergeRequest request, bool isResidual) =>
        Inspector.Inspect(new InspectRequest { Adapter = request.Adapters[0].Folder, Base = request.Base, ResidualBase = isResidual, Version = "test" });
}
