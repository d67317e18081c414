using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Merging;
using Loragate.MergeEngine.Devices;
using Loragate.MergeEngine.Kernels;
using Loragate.MergeEngine.Layouts;
using Loragate.MergeEngine.Planning;
using Loragate.Testing;
using static Loragate.MergeEngine.MergeVectorTests;

namespace Loragate.MergeEngine;

public sealed class ChainTests
{
    private const int Batch = 20;

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, AnyCase.Count / Batch)];

    [Theory]
    [MemberData(nameof(Batches))]
    public void Chains_of_any_kinds_come_off_one_by_one_to_the_same_bytes(int batch)
    {
        foreach (var any in AnyCase.All().Skip(batch * Batch).Take(Batch))
            Run(any);
    }

    [Fact]
    public void The_cases_meet_every_kind_with_every_type_and_every_depth_with_every_type_and_family()
    {
        var cases = AnyCase.All().ToList();
        var steps = cases.SelectMany(c => Enumerable.Range(0, c.Depth).Select(step => (Case: c, Kind: c.Kinds[step], Type: c.TypeOf(step), Weight: c.Weights[step]))).ToList();
        Assert.Equal(AnyFamily.AllKinds.Count * 3, steps.Select(s => (s.Kind, s.Type)).Distinct().Count());
        Assert.Equal(AnyFamily.All.Sum(f => f.Kinds.Count), steps.Select(s => (s.Kind, s.Case.Family)).Distinct().Count());
        Assert.Equal(AnyCase.Deepest * 3, cases.Select(c => (c.Depth, c.Type)).Distinct().Count());
        Assert.Equal(AnyCase.Deepest * AnyFamily.All.Count, cases.Select(c => (c.Depth, c.Family)).Distinct().Count());
        Assert.Equal(AnyFamily.All.Count * 3, cases.Select(c => (c.Family, c.Type)).Distinct().Count());
        Assert.Equal(2 * 2 * 2 * 3, cases.Select(c => (c.IsTied, c.HasAdapters, c.IsAlone, c.Type)).Distinct().Count());
        Assert.Equal(5 * 3, steps.Select(s => (s.Weight, s.Type)).Distinct().Count());
    }

    [Fact]
    public void A_flipped_bit_in_what_an_earlier_merge_left_is_refused()
    {
        using var temp = new TempFolder();
        var (_, folders) = Build(temp, new AnyCase(4), 2);
        foreach (var file in FolderManifest.List(folders[2]).Where(f => f.StartsWith("loragate/earlier/", StringComparison.Ordinal)))
        {
            var path = Path.Combine(folders[2], file);
            var bytes = File.ReadAllBytes(path);
            Flip(path, bytes.Length / 2);
            Assert.Contains(Path.GetFileName(file), Assert.Throws<IntegrityException>(() => Unmerger.Unmerge(TinyModel.Undo(folders[2], temp.PathTo("back")))).Message, StringComparison.Ordinal);
            File.WriteAllBytes(path, bytes);
        }
        Unmerger.Unmerge(TinyModel.Undo(folders[2], temp.PathTo("back")));
    }

    [Fact]
    public void A_base_that_was_changed_after_its_own_merge_is_refused_and_nothing_is_left()
    {
        using var temp = new TempFolder();
        var (adapters, folders) = Build(temp, new AnyCase(7), 2);
        var weights = Path.Combine(folders[1], Checkpoint.SingleFile);
        Flip(weights, (int)new FileInfo(weights).Length - 1);
        var refusal = Assert.Throws<IntegrityException>(() => Merger.Merge(TinyModel.Request(folders[1], temp.PathTo("again"), new WeightedAdapter(adapters[1]))));
        Assert.Contains("own receipt", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(temp.PathTo("again")) || Directory.Exists(temp.PathTo("again.partial")));
    }

    [Fact]
    public void A_merge_without_undo_carries_nothing_along()
    {
        using var temp = new TempFolder();
        var (adapters, folders) = Build(temp, new AnyCase(7), 1);
        var receipt = Merger.Merge(TinyModel.Request(folders[1], temp.PathTo("flat"), new WeightedAdapter(adapters[0])) with { WithUndo = false });
        Assert.Null(receipt.EarlierMerges);
        Assert.Equal(["receipt.json", "receipt.sha256"], FolderManifest.List(temp.PathTo("flat", "loragate")));
    }

    private static void Run(AnyCase any)
    {
        using var temp = new TempFolder();
        var (adapters, folders) = Build(temp, any, any.Depth);
        var expected = folders.Select(Digests).ToList();
        if (!any.HasAdapters)
            adapters.ForEach(adapter => Directory.Delete(adapter, recursive: true));
        var merged = folders[^1];
        if (any.IsAlone)
        {
            Directory.Move(merged, temp.PathTo("alone"));
            folders.SkipLast(1).ToList().ForEach(folder => Directory.Delete(folder, recursive: true));
            merged = temp.PathTo("alone");
        }
        RefusesFlips(temp, any.Seed, merged);
        for (var step = any.Depth; step > 0; step--)
        {
            var restored = temp.PathTo($"restored{step}");
            Unmerger.Unmerge(TinyModel.Undo(merged, restored) with { Adapters = any.HasAdapters ? [adapters[step - 1]] : [] });
            var found = Digests(restored);
            found.Remove("loragate/unmerge-receipt.json");
            AssertSame(expected[step - 1], found, $"seed {any.Seed}, step {step}");
            merged = restored;
        }
    }

    private static (List<string> Adapters, List<string> Folders) Build(TempFolder temp, AnyCase any, int depth)
    {
        var requests = any.Write(temp, depth);
        foreach (var (step, request) in requests.Index())
        {
            var receipt = Merger.Merge(request);
            Assert.Equal(step == 0 ? null : step, receipt.EarlierMerges);
            Assert.NotEmpty(receipt.Merged);
            AssertRoundTripInMemory(request, receipt, $"seed {any.Seed}, step {step}");
        }
        return ([.. requests.Select(r => r.Adapters[0].Folder)], [requests[0].Base, .. requests.Select(r => r.Output)]);
    }

    /// <summary>What the kernels merge in memory is what the merged files hold, and comes off again to the base's bytes with not a bit of the side-car left; replaced rows lie in the side-car whole.</summary>
    private static void AssertRoundTripInMemory(MergeRequest request, MergeReceipt receipt, string what)
    {
        using var source = Checkpoint.Open(request.Base);
        using var merged = Checkpoint.Open(request.Output);
        using var adapters = new OpenAdapters(request.Adapters, CancellationToken.None);
        var changed = MergePlan.Create(BaseLayout.Of(source), adapters.Weighted, request.OutputType, request.WithUndo).Tensors.Where(t => t.Changes).ToList();
        Assert.Equal(receipt.Merged.Select(m => m.Name), changed.Select(t => t.Output.Name));
        foreach (var tensor in changed.Where(t => t.Replacement is null))
        {
            var (weights, work) = (source.Tensor(tensor.Source.Name).ReadAll(), TensorWork.Of(tensor));
            var (rows, result, restored) = (work.View.Rows, new byte[work.View.Rows * work.OutputRowBytes], new byte[weights.Length]);
            var (undo, sums, factors) = (new BitWriter(), new FidelitySums(), work.Scaling);
            using (var arithmetic = MergeDevice.Cpu.Prepare(work))
            {
                if (work.Scaling is { Kind: ScalingKind.ColumnNorms })
                {
                    var squares = new double[work.View.Columns];
                    arithmetic.AddSquares(0, rows, weights, squares);
                    arithmetic.SetColumnNorms(squares);
                }
                arithmetic.Merge(0, rows, weights, result, undo, ref sums);
                if (work.Scaling is { IsNormed: true } norms)
                    factors = new Scaling(norms.IsByColumn ? ScalingKind.ColumnFactors : ScalingKind.RowFactors, arithmetic.Factors);
            }
            Assert.True(result.AsSpan().SequenceEqual(merged.Tensor(tensor.Output.Name).ReadAll()), $"{what}: {tensor.Output.Name} in memory is not the file's");
            var fidelity = receipt.Merged.Single(m => m.Name == tensor.Output.Name).Fidelity;
            Assert.Equal(fidelity, sums.ToFidelity());
            if (tensor.Source.DType == tensor.Output.DType)
                Assert.Equal(fidelity.LargestStep, Places(tensor.Source.DType, weights).Zip(Places(tensor.Output.DType, result), (before, after) => Math.Abs(before - after)).Max());
            var bits = new BitReader(undo.Bytes.ToArray());
            using var inverse = MergeDevice.Cpu.Prepare(work with { Scaling = factors });
            Assert.Null(inverse.Unmerge(0, rows, result, restored, bits));
            Assert.True(bits.IsAtEnd && Digest.Of(weights) == Digest.Of(restored), $"{what}: {tensor.Output.Name} in memory");
        }
    }

    /// <summary>One bit in the merged weights, in the side-car and in the copy of the adapter.</summary>
    private static void RefusesFlips(TempFolder temp, int seed, string merged)
    {
        var random = new Random(seed);
        foreach (var file in new[] { Checkpoint.SingleFile, "loragate/undo.safetensors", "loragate/adapters/0/adapter_model.safetensors", "loragate/receipt.json" })
        {
            var path = Path.Combine(merged, file);
            var bytes = File.ReadAllBytes(path);
            var header = file == Checkpoint.SingleFile ? 8 + (int)BitConverter.ToUInt64(bytes) : 0;
            Flip(path, header + random.Next(bytes.Length - header));
            var refusal = Record.Exception(() => Unmerger.Unmerge(TinyModel.Undo(merged, temp.PathTo("never"))));
            Assert.True(refusal is IntegrityException or MalformedInputException, $"seed {seed}: a flipped bit in {file} gave {refusal?.GetType().Name ?? "no fault"}");
            Assert.False(Directory.Exists(temp.PathTo("never")));
            File.WriteAllBytes(path, bytes);
        }
    }

    private static SortedDictionary<string, Digest> Digests(string folder) =>
        new(FolderManifest.List(folder).ToDictionary(file => file, file => Digest.OfFile(Path.Combine(folder, file))), StringComparer.Ordinal);

    private static void AssertSame(SortedDictionary<string, Digest> expected, SortedDictionary<string, Digest> found, string what)
    {
        Assert.Equal(expected.Keys, found.Keys);
        Assert.All(expected, file => Assert.True(found[file.Key] == file.Value, $"{what}: {file.Key}"));
    }

    private static void Flip(string path, int at)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
