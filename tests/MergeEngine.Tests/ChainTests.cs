using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine;

public sealed class ChainTests
{
    private const int Cases = 300;
    private const int Batch = 20;

    public static TheoryData<int> Batches => [.. Enumerable.Range(0, Cases / Batch)];

    [Theory]
    [MemberData(nameof(Batches))]
    public void Chains_of_any_kinds_come_off_one_by_one_to_the_same_bytes(int batch)
    {
        for (var seed = batch * Batch; seed < (batch + 1) * Batch; seed++)
            Run(seed);
    }

    [Fact]
    public void The_cases_meet_every_kind_with_every_type()
    {
        var met = Enumerable.Range(0, Cases).Select(seed => new AnyCase(seed)).Select(c => (c.KindOf(0), c.Type)).ToHashSet();
        Assert.Equal(AnyCase.Kinds * 3, met.Count);
    }

    [Fact]
    public void A_flipped_bit_in_what_an_earlier_merge_left_is_refused()
    {
        using var temp = new TempFolder();
        var (_, folders) = Build(temp, 4, 2);
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
        var (adapters, folders) = Build(temp, 7, 2);
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
        var (adapters, folders) = Build(temp, 7, 1);
        var receipt = Merger.Merge(TinyModel.Request(folders[1], temp.PathTo("flat"), new WeightedAdapter(adapters[0])) with { WithUndo = false });
        Assert.Null(receipt.EarlierMerges);
        Assert.Equal(["receipt.json", "receipt.sha256"], FolderManifest.List(temp.PathTo("flat", "loragate")));
    }

    private static void Run(int seed)
    {
        using var temp = new TempFolder();
        var depth = seed % 3 + 1;
        var (adapters, folders) = Build(temp, seed, depth);
        for (var step = depth; step > 0; step--)
        {
            var restored = temp.PathTo($"restored{step}");
            // In turn with the adapters at hand, and with nothing but the merged folder.
            Unmerger.Unmerge(TinyModel.Undo(folders[step], restored) with { Adapters = seed % 2 == 0 ? [adapters[step - 1]] : [] });
            AssertSame(folders[step - 1], restored, $"seed {seed}, step {step}");
        }
        RefusesFlips(temp, seed, folders[depth]);
    }

    private static (List<string> Adapters, List<string> Folders) Build(TempFolder temp, int seed, int depth)
    {
        var any = new AnyCase(seed);
        var (adapters, folders) = (new List<string>(), new List<string> { any.WriteBase(temp.PathTo("base")) });
        for (var step = 0; step < depth; step++)
        {
            adapters.Add(any.WriteAdapter(temp.PathTo($"adapter{step}"), any.KindOf(step)));
            folders.Add(temp.PathTo($"merged{step}"));
            var receipt = Merger.Merge(TinyModel.Request(folders[step], folders[step + 1], new WeightedAdapter(adapters[step])) with { OutputType = seed % 11 == 0 ? DType.F32 : null });
            Assert.Equal(step == 0 ? null : step, receipt.EarlierMerges);
            Assert.All(receipt.Merged, m => Assert.True(m.Fidelity.LargestStep >= 0 && m.Fidelity.Saturated >= 0 && m.Fidelity.Flushed >= 0));
        }
        return (adapters, folders);
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

    private static void AssertSame(string expected, string actual, string what)
    {
        var files = FolderManifest.List(expected);
        Assert.Equal(files, FolderManifest.List(actual).Where(f => f != "loragate/unmerge-receipt.json"));
        foreach (var file in files)
            Assert.True(Digest.OfFile(Path.Combine(expected, file)) == Digest.OfFile(Path.Combine(actual, file)), $"{what}: {file}");
    }

    private static void Flip(string path, int at)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
