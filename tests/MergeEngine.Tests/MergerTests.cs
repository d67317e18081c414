using System.Buffers.Binary;
using Loragate.Artifacts;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine;

public sealed class MergerTests
{
    [Fact]
    public void Two_weighted_adapters_equal_a_scalar_computation_and_unmerge_exactly()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.BF16);
        var (first, second) = (TinyModel.WriteAdapter(temp.PathTo("a"), 1), TinyModel.WriteAdapter(temp.PathTo("b"), 2, c => c["use_rslora"] = true));
        Merger.Merge(TinyModel.Request(source, temp.PathTo("merged"), new(first, 0.5), new(second, -1)));

        using var original = Checkpoint.Open(source);
        using var merged = Checkpoint.Open(temp.PathTo("merged"));
        foreach (var module in new[] { TinyModel.Query, TinyModel.Output })
        {
            var expected = Scalar(original.Tensor(module + ".weight"), module, (first, 0.5 * (6.0 / 4)), (second, -1 * (6 / Math.Sqrt(4))));
            Assert.Equal(expected, merged.Tensor(module + ".weight").ReadAll());
        }
        Unmerger.Unmerge(TinyModel.Undo(temp.PathTo("merged"), temp.PathTo("restored")));
        Assert.Equal(File.ReadAllBytes(Path.Combine(source, Checkpoint.SingleFile)), File.ReadAllBytes(temp.PathTo("restored", Checkpoint.SingleFile)));
    }

    [Fact]
    public void The_order_of_adapters_is_kept_in_the_receipt()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.BF16);
        var receipt = Merger.Merge(TinyModel.Request(source, temp.PathTo("merged"), new(TinyModel.WriteAdapter(temp.PathTo("z"), 1), 2), new(TinyModel.WriteAdapter(temp.PathTo("a"), 2), 0.25)));
        Assert.Equal([("z", 2.0), ("a", 0.25)], receipt.Adapters.Select(a => (a.Adapter.Name, a.Weight)));
        Assert.Equal(["lora-sum", "lora-sum"], receipt.Merged.Select(m => m.Delta));
    }

    [Fact]
    public void A_sharded_base_keeps_its_sharding_and_untouched_shards_their_bytes()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.BF16, sharded: true);
        var adapter = TinyModel.WriteAdapter(temp.PathTo("a"), config: c => c["target_modules"] = new System.Text.Json.Nodes.JsonArray("q_proj"), rename: n => n.Contains("o_proj", StringComparison.Ordinal) ? null : n);
        var receipt = Merger.Merge(TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(adapter)));

        using var original = Checkpoint.Open(source);
        using var merged = Checkpoint.Open(temp.PathTo("merged"));
        Assert.Equal(original.Tensors.Select(t => (t.Key, Path.GetFileName(t.Value.Shard.Path))).Order(), merged.Tensors.Select(t => (t.Key, Path.GetFileName(t.Value.Shard.Path))).Order());
        Assert.Equal(TinyModel.QueryTensor, Assert.Single(receipt.Merged).Name);
        foreach (var shard in original.Shards)
        {
            var touched = shard.Find(TinyModel.QueryTensor) is not null;
            Assert.Equal(touched, Digest.OfFile(shard.Path) != Digest.OfFile(temp.PathTo("merged", Path.GetFileName(shard.Path))));
        }
        Assert.Equal(File.ReadAllBytes(Path.Combine(source, Checkpoint.IndexFile)), File.ReadAllBytes(temp.PathTo("merged", Checkpoint.IndexFile)));
        Assert.False(File.Exists(temp.PathTo("merged", "README.md")), "the card describes another model");
    }

    [Fact]
    public void The_head_of_a_tied_sharded_base_becomes_a_tensor_of_the_embeddings_file_and_goes_again()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.BF16, sharded: true);
        var random = new Random(3);
        var config = new System.Text.Json.Nodes.JsonObject { ["peft_type"] = "LORA", ["r"] = 2, ["lora_alpha"] = 4, ["target_modules"] = new System.Text.Json.Nodes.JsonArray("embed_tokens") };
        const string Embed = AdapterKey.Prefix + "model.embed_tokens";
        var adapter = AnyFolder.WriteAdapter(temp.PathTo("a"), config, [AnyFolder.Tensor(random, Embed + ".lora_embedding_A", 2, 19), AnyFolder.Tensor(random, Embed + ".lora_embedding_B", 24, 2)]);
        var receipt = Merger.Merge(TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(adapter)));

        Assert.Equal([("lm_head.weight", "untied", TinyModel.Embedding), (TinyModel.Embedding, "embedding", null)], receipt.Merged.Select(m => (m.Name, m.Delta, m.Source)));
        using (var original = Checkpoint.Open(source))
        using (var merged = Checkpoint.Open(temp.PathTo("merged")))
        {
            Assert.False(merged.Config.GetProperty("tie_word_embeddings").GetBoolean());
            Assert.Equal(original.Tensor(TinyModel.Embedding).ReadAll(), merged.Tensor("lm_head.weight").ReadAll());
            Assert.Equal(Path.GetFileName(original.Tensor(TinyModel.Embedding).Shard.Path), Path.GetFileName(merged.Tensor("lm_head.weight").Shard.Path));
        }
        Unmerger.Unmerge(TinyModel.Undo(temp.PathTo("merged"), temp.PathTo("restored")));
        AssertRestored(source, temp.PathTo("restored"));
    }

    [Theory]
    [InlineData(DType.BF16, DType.F32, false)]
    [InlineData(DType.BF16, DType.F32, true)]
    [InlineData(DType.F16, DType.F32, true)]
    [InlineData(DType.BF16, DType.F16, false)]
    public void A_merge_into_a_wider_type_unmerges_to_identical_files(DType from, DType to, bool sharded)
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), from, sharded);
        var merged = temp.PathTo("merged");
        Merger.Merge(TinyModel.Request(source, merged, new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a")))) with { OutputType = to });
        using (var checkpoint = Checkpoint.Open(merged))
        {
            Assert.All(checkpoint.Tensors.Values, t => Assert.Equal(to, t.Info.DType));
            Assert.Equal(to == DType.F32 ? "float32" : "float16", checkpoint.Config.GetProperty("torch_dtype").GetString());
        }
        Unmerger.Unmerge(TinyModel.Undo(merged, temp.PathTo("restored")));
        AssertRestored(source, temp.PathTo("restored"));
    }

    [Fact]
    public void A_base_of_links_as_a_download_cache_keeps_it_gives_the_merge_of_its_files()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("blobs"), DType.BF16);
        File.WriteAllText(Path.Combine(source, "LICENSE"), "Apache License 2.0");
        Directory.CreateDirectory(temp.PathTo("snapshot"));
        foreach (var file in Directory.EnumerateFiles(source))
            File.CreateSymbolicLink(temp.PathTo("snapshot", Path.GetFileName(file)), Path.Combine("..", "blobs", Path.GetFileName(file)));
        var adapter = new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a")));
        var receipt = Merger.Merge(TinyModel.Request(temp.PathTo("snapshot"), temp.PathTo("merged"), adapter));
        Assert.Equal(["LICENSE", "config.json", "tokenizer.json"], receipt.Files.Select(f => f.Path));
        Assert.Null(ReceiptVerifier.BaseFault(receipt, source, 1));
        Assert.All(receipt.Files, f => Assert.Null(new FileInfo(temp.PathTo("merged", f.Path)).LinkTarget));
    }

    [Fact]
    public void A_link_to_nothing_among_the_carried_files_is_refused_by_name()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.BF16);
        File.CreateSymbolicLink(Path.Combine(source, "vocab.txt"), "gone");
        var request = TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a"))));
        Assert.Contains("vocab.txt", Assert.Throws<CheckpointException>(() => Merger.Merge(request)).Place, StringComparison.Ordinal);
        Assert.False(Directory.Exists(request.Output));
    }

    [Fact]
    public void Licences_are_carried_and_programs_that_are_named_like_one_are_not()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.BF16);
        foreach (var name in new[] { "LICENSE", "LICENSE.md", "LICENSE-2.0", "NOTICE.txt", "LICENSE.py", "NOTICE_evil.so", "LICENSE.bin" })
            File.WriteAllText(Path.Combine(source, name), name);
        var receipt = Merger.Merge(TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a")))));
        Assert.Equal(["LICENSE", "LICENSE-2.0", "LICENSE.md", "NOTICE.txt", "config.json", "tokenizer.json"], receipt.Files.Select(f => f.Path));
    }

    [Fact]
    public void The_configs_of_a_models_parts_name_the_new_type_too()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.BF16);
        const string Config = """{"model_type":"llama","dtype":"bfloat16","text_config":{"dtype":"bfloat16","dtype_of":"x"},"vision_config":{"torch_dtype":"bfloat16","deeper_config":{"dtype":"bfloat16"}},"audio_config":{}}""";
        File.WriteAllText(Path.Combine(source, Checkpoint.ConfigFile), Config);
        Merger.Merge(TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a")))) with { OutputType = DType.F32 });
        var expected = Config.Replace("bfloat16", "float32", StringComparison.Ordinal);
        Assert.True(System.Text.Json.Nodes.JsonNode.DeepEquals(System.Text.Json.Nodes.JsonNode.Parse(expected), System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(temp.PathTo("merged", Checkpoint.ConfigFile)))));
        Unmerger.Unmerge(TinyModel.Undo(temp.PathTo("merged"), temp.PathTo("restored")));
        Assert.Equal(Config, File.ReadAllText(temp.PathTo("restored", Checkpoint.ConfigFile)));
    }

    [Fact]
    public void Progress_ends_at_the_bytes_of_the_base()
    {
        using var temp = new TempFolder();
        var progress = new LastReport();
        var request = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.BF16), temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a"))));
        Merger.Merge(request with { Threads = 1 }, progress);
        Assert.Equal(progress.Last.Total, progress.Last.Done);
        using var source = Checkpoint.Open(request.Base);
        Assert.Equal(source.Tensors.Values.Sum(t => t.Info.Length), progress.Last.Total);
    }

    [Fact]
    public void The_receipt_tells_what_was_written_even_where_the_base_changes_while_it_is_merged()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.BF16, sharded: true);
        var untouched = Path.Combine(source, "model-00001-of-00003.safetensors");
        var before = File.ReadAllBytes(untouched);
        var hasChanged = false;
        var request = TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a")))) with { Threads = 1 };
        var receipt = Merger.Merge(request, new Relay(() =>
        {
            if (hasChanged)
                return;
            using var stream = new FileStream(untouched, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            stream.Position = before.Length - 1;
            stream.WriteByte((byte)(before[^1] ^ 1));
            hasChanged = true;
        }));
        Assert.True(hasChanged);
        Assert.Null(ReceiptVerifier.OutputFault(receipt, temp.PathTo("merged"), 1));
        Assert.Equal(receipt.Output.WeightsDigest, WeightsDigest.Compute(temp.PathTo("merged"), 1));
        Assert.NotEqual(before, File.ReadAllBytes(temp.PathTo("merged", Path.GetFileName(untouched))));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_adapter_that_changes_while_it_is_merged_is_refused_and_nothing_is_left(bool withUndo)
    {
        using var temp = new TempFolder();
        var adapter = TinyModel.WriteAdapter(temp.PathTo("a"));
        var weights = Path.Combine(adapter, PeftAdapter.WeightsFile);
        var bytes = File.ReadAllBytes(weights);
        var request = TinyModel.Request(TinyModel.WriteBase(temp.PathTo("base"), DType.BF16), temp.PathTo("merged"), new WeightedAdapter(adapter)) with { Threads = 1, WithUndo = withUndo };
        var refusal = Assert.Throws<IntegrityException>(() => Merger.Merge(request, new Relay(() =>
        {
            using var stream = new FileStream(weights, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            stream.Position = bytes.Length - 1;
            stream.WriteByte((byte)(bytes[^1] ^ 1));
        })));
        Assert.Contains("while it was read", refusal.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(request.Output) || Directory.Exists(request.Output + ".partial"));
    }

    [Fact]
    public void A_NaN_in_the_base_is_refused_also_where_it_is_only_converted()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.F32, change: (name, values) => name == TinyModel.Embedding ? [BitConverter.UInt32BitsToSingle(0x7FFF_FFFF), .. values.Skip(1)] : values);
        var request = TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a")))) with { OutputType = DType.BF16, WithUndo = false };
        Assert.Contains(TinyModel.Embedding, Assert.Throws<NonFiniteException>(() => Merger.Merge(request)).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(request.Output));
    }

    [Fact]
    public void An_untouched_shard_is_the_base_s_own_byte_for_byte()
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), DType.F16, sharded: true);
        const string Untouched = "model-00001-of-00003.safetensors";
        var file = Path.Combine(source, Untouched);
        var bytes = File.ReadAllBytes(file);
        // An odd but allowed header: other metadata, wider padding.
        var header = System.Text.Encoding.UTF8.GetString(bytes.AsSpan(8, (int)BitConverter.ToUInt64(bytes))).Replace("\"pt\"", "\"odd\"", StringComparison.Ordinal).TrimEnd();
        var padded = System.Text.Encoding.UTF8.GetBytes(header.PadRight((header.Length + 7) / 8 * 8 + 8));
        File.WriteAllBytes(file, [.. BitConverter.GetBytes((ulong)padded.Length), .. padded, .. bytes.AsSpan(8 + (int)BitConverter.ToUInt64(bytes))]);
        Merger.Merge(TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("a")))));
        Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(temp.PathTo("merged", Untouched)));
    }

    /// <summary>A negative magnitude turns the interval round; a zero of either sign leaves only the sign of a row.</summary>
    [Theory]
    [InlineData(DType.BF16)]
    [InlineData(DType.F16)]
    [InlineData(DType.F32)]
    public void DoRA_with_negative_and_zero_magnitudes_unmerges_exactly(DType type)
    {
        using var temp = new TempFolder();
        var source = TinyModel.WriteBase(temp.PathTo("base"), type);
        var adapter = TinyModel.WriteAdapter(temp.PathTo("a"), config: c => c["use_dora"] = true, change: (name, values) =>
            name.EndsWith("magnitude_vector", StringComparison.Ordinal) ? [.. values.Select((v, i) => (i % 4) switch { 0 => 0f, 1 => -0f, 2 => -Math.Abs(v) - 0.1f, _ => Math.Abs(v) + 0.1f })] : values);
        var receipt = Merger.Merge(TinyModel.Request(source, temp.PathTo("merged"), new WeightedAdapter(adapter)));
        Assert.All(receipt.Merged, m => Assert.Equal("dora", m.Delta));
        Unmerger.Unmerge(TinyModel.Undo(temp.PathTo("merged"), temp.PathTo("restored")));
        AssertRestored(source, temp.PathTo("restored"));
    }

    internal static void AssertRestored(string source, string restored)
    {
        foreach (var name in Directory.EnumerateFiles(source).Select(f => Path.GetFileName(f)).Where(n => n != "README.md"))
            Assert.True(File.ReadAllBytes(Path.Combine(source, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(restored, name))), name);
    }

    /// <summary>The canonical arithmetic, element by element in the words of the specification.</summary>
    private static byte[] Scalar(CheckpointTensor weights, string module, params (string Adapter, double Scale)[] adapters)
    {
        var bytes = weights.ReadAll();
        var (rows, columns) = ((int)weights.Info.Shape[0], (int)weights.Info.Shape[1]);
        var factors = adapters.Select(a => (A: Read(a.Adapter, module + ".lora_A.weight"), B: Read(a.Adapter, module + ".lora_B.weight"), a.Scale)).ToList();
        for (var o = 0; o < rows; o++)
        {
            for (var i = 0; i < columns; i++)
            {
                var at = bytes.AsSpan((o * columns + i) * 2, 2);
                double v = BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(at) << 16);
                foreach (var (a, b, scale) in factors)
                {
                    var accumulator = 0.0;
                    for (var k = 0; k < 4; k++)
                        accumulator += (double)b[o * 4 + k] * a[k * columns + i];
                    v += scale * accumulator;
                }
                BinaryPrimitives.WriteUInt16LittleEndian(at, NearestBFloat16(v));
            }
        }
        return bytes;
    }

    /// <summary>The nearer of the two neighbours, the even one at a tie; differences of neighbours of v are exact.</summary>
    private static ushort NearestBFloat16(double v)
    {
        var toward = (float)v;
        if (Math.Abs((double)toward) > Math.Abs(v))
            toward = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(toward) - 1);
        var low = (ushort)(BitConverter.SingleToUInt32Bits(toward) >> 16);
        var (down, up) = (Math.Abs(v - Value(low)), Math.Abs(Value((ushort)(low + 1)) - v));
        return down < up || (down == up && low % 2 == 0) ? low : (ushort)(low + 1);
    }

    private static double Value(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static float[] Read(string adapter, string tensor)
    {
        using var file = SafetensorsFile.Open(Path.Combine(adapter, PeftAdapter.WeightsFile));
        return TinyModel.Floats(file, AdapterKey.Prefix + tensor);
    }

    private sealed class LastReport : IProgress<MergeProgress>
    {
        public MergeProgress Last { get; private set; }

        public void Report(MergeProgress value) => Last = value;
    }

    /// <summary>Progress that is told at once, on the merging thread.</summary>
    private sealed class Relay(Action action) : IProgress<MergeProgress>
    {
        public void Report(MergeProgress value) => action();
    }
}
