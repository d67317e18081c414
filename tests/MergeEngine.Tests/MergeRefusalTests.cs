using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Inspecting;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine;

/// <summary>What a merge refuses, and that it then leaves nothing behind.</summary>
public sealed class MergeRefusalTests
{
    [Theory]
    [InlineData(DType.F32, DType.BF16)]
    [InlineData(DType.F32, DType.F16)]
    [InlineData(DType.F16, DType.BF16)]
    public void A_merge_into_a_narrower_type_is_refused_with_undo_and_done_without(DType from, DType to)
    {
        using var temp = new TempFolder();
        var request = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), from), temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a")))) with { OutputType = to };
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(request)).Findings, f => f.Id == "narrower-type");
        AssertNothingLeft(temp);

        var receipt = Merger.Merge(request with { WithUndo = false });
        Assert.Null(receipt.UndoFile);
        Assert.Contains("no-undo", Assert.Throws<UnmergeException>(() => Unmerger.Unmerge(TinyModel.Undo(request.Output, temp.PathTo("restored")))).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void DoRA_combines_with_nothing_and_has_no_weight()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.BF16);
        var (dora, lora) = (TinyModel.WriteAdapter(temp.PathTo("d"), config: c => c["use_dora"] = true), TinyModel.WriteAdapter(temp.PathTo("l")));
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(TinyModel.Request(source, temp.PathTo("merged"), new(dora), new(lora)))).Findings, f => f.Id == "dora-combined");
        Assert.Contains(Assert.Throws<MergePlanException>(() => Merger.Merge(TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(dora, 0.5)))).Findings, f => f.Id == "dora-weighted");
        AssertNothingLeft(temp);
    }

    [Theory]
    [InlineData("q_proj.lora_A.weight", float.NaN)]
    [InlineData("o_proj.lora_B.weight", float.PositiveInfinity)]
    [InlineData("o_proj.lora_A.weight", float.NegativeInfinity)]
    public void A_factor_that_is_not_finite_is_named_and_nothing_is_left(string tensor, float value)
    {
        using var temp = new TempFolder();
        var request = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.BF16), temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a"), change: TinyModel.Spoil(tensor, value))));
        Assert.Contains(tensor, Assert.Throws<NonFiniteException>(() => Merger.Merge(request)).Place, StringComparison.Ordinal);
        AssertNothingLeft(temp);
    }

    [Theory]
    [InlineData(DType.BF16, float.NaN)]
    [InlineData(DType.F32, float.PositiveInfinity)]
    [InlineData(DType.F16, float.NegativeInfinity)]
    public void A_targeted_base_tensor_that_is_not_finite_is_named_and_nothing_is_left(DType type, float value)
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), type, change: TinyModel.Spoil(TinyModel.QueryTensor, value));
        var refusal = Assert.Throws<NonFiniteException>(() => Merger.Merge(TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a"))))));
        Assert.Equal($"{Path.Combine(source, Checkpoint.SingleFile)}, tensor '{TinyModel.QueryTensor}'", refusal.Place);
        Assert.Equal(FormattableString.Invariant($"element {21 * 24 / 2} of the base is {value}"), refusal.Fault);
        AssertNothingLeft(temp);
    }

    /// <summary>Norms of columns, norms of rows, replaced rows: each finds a base that is not finite in another place.</summary>
    [Theory]
    [InlineData("embedding-dora")]
    [InlineData("dora")]
    [InlineData("saved")]
    [InlineData("tokens")]
    public void A_base_that_is_not_finite_is_at_fault_whatever_the_adapter_does_to_it(string kind)
    {
        using var temp = new TempFolder();
        var request = Assert.Single(AnyCase.All().First(c => c.Kinds[0] == kind).Write(temp, 1));
        foreach (var shard in Directory.EnumerateFiles(request.Base, "*.safetensors"))
        {
            // NaN in any type.
            var bytes = File.ReadAllBytes(shard);
            bytes.AsSpan(8 + BitConverter.ToInt32(bytes)).Fill(0xFF);
            File.WriteAllBytes(shard, bytes);
        }
        Assert.Contains("of the base is NaN", Assert.Throws<NonFiniteException>(() => Merger.Merge(request)).Fault, StringComparison.Ordinal);
        AssertNothingLeft(temp);
    }

    /// <summary>PEFT's keys count the wrappers, and only the class knows in which order they were put on.</summary>
    [Fact]
    public void Several_fused_parameters_of_an_unknown_class_are_refused_and_not_guessed()
    {
        using var temp = new TempFolder();
        var random = new Random(1);
        var source = AnyFolder.WriteBase(temp.PathTo("base"), "{}", [AnyFolder.Tensor(random, "mlp.experts.inward", 3, 8, 8), AnyFolder.Tensor(random, "mlp.experts.outward", 3, 8, 8)], DType.BF16);
        var config = new JsonObject { ["peft_type"] = "LORA", ["peft_version"] = "0.21.2", ["r"] = 2, ["lora_alpha"] = 4, ["target_modules"] = new JsonArray(), ["target_parameters"] = new JsonArray("experts.inward", "experts.outward") };
        var factors = new[] { "mlp.experts", "mlp.experts.base_layer" }.SelectMany(m => new[] { AnyFolder.Tensor(random, $"{AdapterKey.Prefix}{m}.lora_A.weight", 6, 8), AnyFolder.Tensor(random, $"{AdapterKey.Prefix}{m}.lora_B.weight", 8, 6) });
        var adapter = AnyFolder.WriteAdapter(temp.PathTo("a"), config, [.. factors]);
        var refusal = Assert.Throws<MergePlanException>(() => Merger.Merge(TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(adapter))));
        Assert.Equal(["mlp.experts", "mlp.experts.base_layer"], refusal.Findings.Where(f => f.Id == "parameter-order").Select(f => f.Where));
    }

    [Fact]
    public void The_advice_of_every_kind_of_reason_is_given()
    {
        var refusal = new MergePlanException("a", [new("x", Severity.Block, "1", "m", "Do this."), new("x", Severity.Block, "2", "m", "Do this."), new("y", Severity.Block, "3", "m", "Do that.")]);
        Assert.Equal("Do this. Do that.", refusal.Advice);
    }

    [Fact]
    public void A_sum_beyond_float16_is_refused_and_nothing_is_left()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.F16);
        var adapter = TinyModel.WriteAdapter(temp.PathTo("a"), change: (_, values) => [.. values.Select(v => v * 4000)]);
        var request = TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(adapter));
        Assert.Throws<NonFiniteException>(() => Merger.Merge(request));
        AssertNothingLeft(temp);
        Merger.Merge(request with { OutputType = DType.F32 });
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_weight_that_is_not_finite_is_refused(double weight)
    {
        using var temp = new TempFolder();
        var request = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.BF16), temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a")), weight));
        Assert.Throws<NonFiniteException>(() => Merger.Merge(request));
        AssertNothingLeft(temp);
    }

    [Fact]
    public void An_existing_output_is_refused_untouched()
    {
        using var temp = new TempFolder();
        temp.Write("merged/mine", "keep"u8);
        var request = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.BF16), temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a"))));
        Assert.Throws<FolderException>(() => Merger.Merge(request));
        Assert.Equal(["mine"], FolderManifest.List(temp.PathTo("merged")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_cancelled_merge_leaves_nothing(int reports)
    {
        using var temp = new TempFolder();
        using var source = new CancellationTokenSource();
        var request = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.BF16, sharded: true), temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a")))) with { Threads = 1 };
        Assert.ThrowsAny<OperationCanceledException>(() => Merger.Merge(request, new CancelAfter(source, reports), source.Token));
        AssertNothingLeft(temp);
    }

    [Fact]
    public void A_plan_that_fails_gives_every_reason_and_touches_nothing()
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(
            temp.PathTo("a"),
            config: c => (c["rank_pattern"], c["layer_replication"], c["future"]) = (new System.Text.Json.Nodes.JsonObject { ["o_proj"] = 2 }, true, 1),
            rename: n => n.Replace("q_proj.lora_A", "k_proj.lora_A", StringComparison.Ordinal));
        var refusal = Assert.Throws<MergePlanException>(() => Merger.Merge(TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.BF16), temp.PathTo("merged"), new WeightedAdapter(adapter))));
        Assert.Superset(new HashSet<string> { "rank-mismatch", "unsupported-setting", "missing-factor" }, refusal.Findings.Select(f => f.Id).ToHashSet());
        Assert.DoesNotContain(refusal.Findings, f => f.Id == "unknown-key");
        Assert.All(refusal.Findings, f => Assert.Contains(f.Message, refusal.Message, StringComparison.Ordinal));
        AssertNothingLeft(temp);
    }

    [Fact]
    public void Every_adapter_that_does_not_fit_is_named_with_all_its_reasons()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.BF16);
        var sound = TinyModel.WriteAdapter(temp.PathTo("sound"));
        var biased = TinyModel.WriteAdapter(temp.PathTo("biased"), config: c => (c["use_qalora"], c["lora_alpha"]) = (true, 0));
        var torn = TinyModel.WriteAdapter(temp.PathTo("torn"), rename: n => n.EndsWith("o_proj.lora_B.weight", StringComparison.Ordinal) ? null : n);
        var refusal = Assert.Throws<MergePlanException>(() => Merger.Merge(TinyModel.Request(source, temp.PathTo("merged"), new(sound), new(biased), new(torn))));
        Assert.Contains(refusal.Findings, f => f.Id == "unsupported-setting" && f.Where.StartsWith("biased, ", StringComparison.Ordinal));
        Assert.Contains(refusal.Findings, f => f.Id == "scale-zero" && f.Where.StartsWith("biased, ", StringComparison.Ordinal));
        Assert.Contains(refusal.Findings, f => f.Id == "missing-factor" && f.Where.StartsWith("torn, ", StringComparison.Ordinal));
        Assert.DoesNotContain(refusal.Findings, f => f.Where.StartsWith("sound, ", StringComparison.Ordinal));
        Assert.All(["[unsupported-setting] biased", "[missing-factor] torn"], text => Assert.Contains(text, refusal.Message, StringComparison.Ordinal));
        Assert.Equal($"{biased}, {torn}", refusal.Place);
    }

    [Fact]
    public void A_fault_that_every_layer_has_is_told_once_with_the_first_places_and_their_number()
    {
        var layers = Enumerable.Range(0, 40).Select(i => new Finding("missing-module", Severity.Block, $"layer.{i}", "no factors", "Save it again."));
        var shapes = Enumerable.Range(0, 5).Select(i => new Finding("shape-mismatch", Severity.Block, $"head.{i}", $"shape {i}", "Another base."));
        var refusal = new MergePlanException("a", [.. layers, .. shapes]);
        Assert.Equal(
            "cannot be merged: [missing-module] 40 places (layer.0, layer.1, layer.2, …): no factors; [shape-mismatch] head.0: shape 0; head.1: shape 1; head.2: shape 2; 2 more of this kind",
            refusal.Fault);
        Assert.Equal(45, refusal.Findings.Count);
    }

    private static void AssertNothingLeft(TempFolder temp) =>
        Assert.DoesNotContain(Directory.EnumerateFileSystemEntries(temp.Path), path => Path.GetFileName(path).StartsWith("merged", StringComparison.Ordinal));

    private sealed class CancelAfter(CancellationTokenSource source, int reports) : IProgress<MergeProgress>
    {
        private int _count;

        public void Report(MergeProgress value)
        {
            if (++_count == reports)
                source.Cancel();
        }
    }
}
