using System.Runtime.InteropServices;
using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Auditing;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine.Auditing;

public sealed class MergeAuditorTests
{
    /// <summary>PEFT with factors kept in bfloat16: the update is rounded after the scale, or before it and after it. Weights are small, so that what rounding does to the update shows.</summary>
    [Theory]
    [InlineData(DType.F32, false)]
    [InlineData(DType.F32, true)]
    [InlineData(DType.BF16, true)]
    public void Updates_in_the_sixteen_bits_of_their_factors_are_told_from_every_other_mode(DType type, bool isRoundedBeforeTheScale)
    {
        using var temp = new TempFolder();
        var random = new Random(17);
        AnyFolder.Named In(DType stored, string name, float factor, params long[] shape) =>
            AnyFolder.Tensor(random, name, shape) is var tensor ? tensor with { Values = [.. tensor.Values.Select(v => (float)StoredNumber.Round(stored, v * factor))] } : throw new InvalidOperationException();
        var (w, a, b) = (In(type, "model.layer.weight", 1f / 64, 40, 48), In(DType.BF16, AdapterKey.Prefix + "model.layer.lora_A.weight", 1, 4, 48), In(DType.BF16, AdapterKey.Prefix + "model.layer.lora_B.weight", 1, 40, 4));
        double Half(double product) => StoredNumber.Round(DType.BF16, 1.5 * (isRoundedBeforeTheScale ? StoredNumber.Round(DType.BF16, product) : product));
        var merged = w with { Values = [.. w.Values.Select((v, at) => (float)StoredNumber.Round(type, (float)(v + Half(Enumerable.Range(0, 4).Sum(r => (double)b.Values[at / 48 * 4 + r] * a.Values[r * 48 + at % 48])))))] };
        var config = JsonNode.Parse("""{"peft_type":"LORA","base_model_name_or_path":"base","r":4,"lora_alpha":6,"target_modules":["layer"]}""")!.AsObject();
        var audit = MergeAuditor.Audit(new AuditRequest
        {
            Base = AnyFolder.WriteBase(temp.PathTo("base"), """{"model_type":"any"}""", [w], type),
            Adapters = [new WeightedAdapter(AnyFolder.WriteAdapter(temp.PathTo("adapter"), config, [a, b], DType.BF16))],
            Merged = AnyFolder.WriteBase(temp.PathTo("merged"), """{"model_type":"any"}""", [merged], type),
            Threads = 1,
            Version = "test",
        });
        Assert.Equal(TensorVerdict.PeftHalf, Assert.Single(audit.Tensors).Verdict);
        Assert.True(audit.Equivalent);
    }

    /// <summary>Factors that cancel make the bound of float32's error as large as their author likes; what lies within it shows nothing.</summary>
    [Theory]
    [InlineData(DType.F32)]
    [InlineData(DType.BF16)]
    public void A_tensor_that_only_the_cancelling_of_an_adapters_factors_would_excuse_is_undecidable(DType type)
    {
        using var temp = new TempFolder();
        var random = new Random(17);
        var w = AnyFolder.Tensor(random, "model.layer.weight", 40, 48);
        float[] Twice(int length, Func<int, float> value) => [.. Enumerable.Range(0, length).Select(value)];
        var a = new AnyFolder.Named(AdapterKey.Prefix + "model.layer.lora_A.weight", [2, 48], Twice(96, i => 4096f * (1 + i % 48 / 64f)));
        var b = new AnyFolder.Named(AdapterKey.Prefix + "model.layer.lora_B.weight", [40, 2], Twice(80, i => i % 2 == 0 ? 4096f : -4096f + 1f / 256));
        var request = new AuditRequest
        {
            Base = AnyFolder.WriteBase(temp.PathTo("base"), """{"model_type":"any"}""", [w], type),
            Adapters = [new WeightedAdapter(AnyFolder.WriteAdapter(temp.PathTo("adapter"), JsonNode.Parse("""{"peft_type":"LORA","base_model_name_or_path":"base","r":2,"lora_alpha":2,"target_modules":["layer"]}""")!.AsObject(), [a, b]))],
            Merged = AnyFolder.WriteBase(temp.PathTo("merged"), """{"model_type":"any"}""", [w with { Values = [.. w.Values.Select(v => -v)] }], type),
            Threads = 1,
            Version = "test",
        };
        var audit = MergeAuditor.Audit(request);
        var tensor = Assert.Single(audit.Tensors);
        Assert.Equal(TensorVerdict.Undecidable, tensor.Verdict);
        Assert.True(tensor.Slack > 10, tensor.ToString());
        Assert.False(audit.Equivalent);
        Merger.Merge(TinyModel.Request(request.Base, temp.PathTo("own"), [.. request.Adapters]) with { WithUndo = false });
        Assert.True(MergeAuditor.Audit(request with { Merged = temp.PathTo("own") }).Equivalent);
    }

    private static readonly string[] Config = [Checkpoint.ConfigFile];

    [Theory]
    [InlineData(DType.F32)]
    [InlineData(DType.BF16)]
    [InlineData(DType.F16)]
    public void Our_own_merge_is_canonical_whatever_the_number_of_threads(DType type)
    {
        using var temp = new TempFolder();
        var request = Merged(temp, type);
        var audit = MergeAuditor.Audit(request);
        Assert.True(audit.Equivalent);
        Assert.Equal(2, audit.Tensors.Count(t => t.Verdict == TensorVerdict.Canonical));
        Assert.Equal(2, audit.Tensors.Count(t => t.Verdict == TensorVerdict.Untouched));
        Assert.All(audit.Files, f => Assert.Equal(FileVerdict.Equal, f.Verdict));
        Assert.Equal(audit.ToCanonicalJson(), MergeAuditor.Audit(request with { Threads = 1 }).ToCanonicalJson());
    }

    [Fact]
    public void A_merge_that_was_written_in_another_type_is_held_against_that_type()
    {
        using var temp = new TempFolder();
        var request = Merged(temp, DType.BF16, DType.F32);
        Assert.True(MergeAuditor.Audit(request).Equivalent);
        var narrow = Merged(temp, DType.F32, DType.F16, "narrow");
        Assert.True(MergeAuditor.Audit(narrow).Equivalent);
    }

    [Fact]
    public void Several_adapters_are_audited_in_their_order_and_with_their_weights()
    {
        using var temp = new TempFolder();
        var baseFolder = TinyModel.WriteBase(temp.PathTo("base"), DType.BF16);
        WeightedAdapter[] adapters = [new(TinyModel.WriteAdapter(temp.PathTo("a"), 1), 0.5), new(TinyModel.WriteAdapter(temp.PathTo("b"), 2), -1)];
        Merger.Merge(TinyModel.Request(baseFolder, temp.PathTo("merged"), adapters));
        var request = new AuditRequest { Base = baseFolder, Adapters = adapters, Merged = temp.PathTo("merged"), Threads = 1, Version = "test" };
        Assert.True(MergeAuditor.Audit(request).Equivalent);
        Assert.False(MergeAuditor.Audit(request with { Adapters = [adapters[0]] }).Equivalent);
    }

    /// <summary>One step up or down on every weight is what another order of rounding may do; two steps are not.</summary>
    [Theory]
    [InlineData(1, TensorVerdict.WithinOneUlp)]
    [InlineData(3, TensorVerdict.Unrelated)]
    public void A_step_on_every_weight_is_within_one_ulp_and_three_are_not(int steps, TensorVerdict expected)
    {
        using var temp = new TempFolder();
        var request = Merged(temp, DType.BF16);
        var random = new Random(3);
        var folder = Patchwork.Write(request.Merged, temp.PathTo("moved"), (info, bytes) => info.Name == TinyModel.QueryTensor ? Moved(bytes, steps, random) : bytes);
        var audit = MergeAuditor.Audit(request with { Merged = folder });
        Assert.Equal(expected, audit.Tensors.Single(t => t.Name == TinyModel.QueryTensor).Verdict);
        Assert.Equal(expected == TensorVerdict.WithinOneUlp, audit.Equivalent);
    }

    [Fact]
    public void One_weight_of_many_is_damage_and_NaN_everywhere_is_unrelated()
    {
        using var temp = new TempFolder();
        var request = Merged(temp, DType.F32);
        Assert.Equal(TensorVerdict.Damaged, Verdict(temp, request, bytes => { bytes[403] ^= 0x20; return bytes; }));
        Assert.Equal(TensorVerdict.Unrelated, Verdict(temp, request, bytes => { bytes.AsSpan().Fill(0xFF); return bytes; }));
    }

    [Fact]
    public void Tensors_of_another_shape_or_type_and_tensors_too_many_are_told()
    {
        using var temp = new TempFolder();
        var request = Merged(temp, DType.F32);
        using var merged = Checkpoint.Open(request.Merged);
        var odd = new TensorInfo(TinyModel.QueryTensor, DType.F32, [24, 21], 0, 24 * 21 * 4);
        var extra = new TensorInfo("model.extra", DType.I64, [1], 0, 8);
        var query = merged.Tensor(TinyModel.QueryTensor).ReadAll();
        var folder = Patchwork.Write(request.Merged, temp.PathTo("odd"), (info, bytes) => info.Name == TinyModel.QueryTensor ? null : bytes, (odd, query), (extra, new byte[8]));
        var audit = MergeAuditor.Audit(request with { Merged = folder });
        Assert.Equal(TensorVerdict.OtherForm, audit.Tensors.Single(t => t.Name == TinyModel.QueryTensor).Verdict);
        Assert.Equal(TensorVerdict.Extra, audit.Tensors.Single(t => t.Name == "model.extra").Verdict);
        Assert.False(audit.Equivalent);
    }

    [Theory]
    [InlineData("""{"model_type": "llama", "torch_dtype": "float32", "transformers_version": "5"}""", FileVerdict.Equivalent, "")]
    [InlineData("""{"model_type": "llama", "vocab_size": 3}""", FileVerdict.Equivalent, "vocab_size")]
    [InlineData("""{"model_type": "mistral"}""", FileVerdict.Differs, "model_type")]
    public void A_config_is_compared_by_what_it_says_of_the_model(string config, FileVerdict expected, string key)
    {
        using var temp = new TempFolder();
        var request = Merged(temp, DType.F32);
        File.WriteAllText(Path.Combine(request.Merged, Checkpoint.ConfigFile), config);
        File.Delete(Path.Combine(request.Merged, "tokenizer.json"));
        var audit = MergeAuditor.Audit(request);
        Assert.Equal(FileVerdict.Missing, audit.Files.Single(f => f.Path == "tokenizer.json").Verdict);
        var file = audit.Files.Single(f => Config.Contains(f.Path));
        Assert.Equal((expected, key), (file.Verdict, string.Join(',', file.Keys)));
        Assert.Equal(expected != FileVerdict.Differs, audit.Equivalent);
    }

    [Fact]
    public void An_adapter_that_does_not_fit_the_base_has_no_merge_to_audit()
    {
        using var temp = new TempFolder();
        var request = Merged(temp, DType.F32);
        var other = TinyModel.WriteAdapter(temp.PathTo("other"), config: c => c["r"] = 3);
        Assert.Throws<MergePlanException>(() => MergeAuditor.Audit(request with { Adapters = [new WeightedAdapter(other)] }));
    }

    /// <summary>An update that no stored weight can hold tells nothing of its scale: nothing is no merge.</summary>
    [Fact]
    public void An_update_below_rounding_is_canonical_or_not_but_never_waved_through()
    {
        using var temp = new TempFolder();
        var baseFolder = TinyModel.WriteBase(temp.PathTo("base"), DType.BF16, change: (_, values) => [.. values.Select(v => v + (v < 0 ? -1 : 1))]);
        var adapter = TinyModel.WriteAdapter(temp.PathTo("adapter"), change: (name, values) => name.Contains("lora_B", StringComparison.Ordinal) ? [.. values.Select(v => v * 1e-4f)] : values);
        Merger.Merge(TinyModel.Request(baseFolder, temp.PathTo("merged"), new WeightedAdapter(adapter)));
        var request = new AuditRequest { Base = baseFolder, Adapters = [new WeightedAdapter(adapter)], Merged = temp.PathTo("merged"), Threads = 1, Version = "test" };
        Assert.True(MergeAuditor.Audit(request).Equivalent);
        Assert.Equal(TensorVerdict.Unrelated, Verdict(temp, request, bytes => { bytes[100] ^= 1; return bytes; }));
    }

    /// <summary>Nobody refuses to look at a merge that overflowed: the infinity is what the merge gives, on any device. It is no model all the same.</summary>
    [Fact]
    public void A_weight_that_overflows_in_the_merge_as_it_does_here_is_canonical_and_no_merge_to_release()
    {
        using var temp = new TempFolder();
        const int At = 100;
        string Base(string name, float first) =>
            TinyModel.WriteBase(temp.PathTo(name), DType.F16, change: (tensor, values) => tensor == TinyModel.QueryTensor ? [.. values.Select((v, i) => i == At ? first : v)] : values);
        var adapter = new WeightedAdapter(TinyModel.WriteAdapter(temp.PathTo("adapter"), change: (_, values) => [.. values.Select(v => 100 * Math.Abs(v))]));
        Merger.Merge(TinyModel.Request(Base("tame", 0), temp.PathTo("merged"), adapter));
        var overflown = Patchwork.Write(temp.PathTo("merged"), temp.PathTo("overflown"), (info, bytes) =>
        {
            if (info.Name == TinyModel.QueryTensor)
                BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(2 * At), Half.PositiveInfinity);
            return bytes;
        });
        var request = new AuditRequest { Base = Base("wild", 65504f), Adapters = [adapter], Merged = overflown, Threads = 1, Version = "test" };
        var audit = MergeAuditor.Audit(request);
        Assert.Equal((TensorVerdict.Canonical, false), audit.Tensors.Single(t => t.Name == TinyModel.QueryTensor) is var query ? (query.Verdict, query.Finite) : default);
        Assert.False(audit.Equivalent);
        SameOnTorch.AssertAudit(request, audit);
    }

    [Fact]
    public void A_saved_weight_that_the_type_cannot_hold_is_no_merge_to_release()
    {
        using var temp = new TempFolder();
        const string Norm = "model.norm.weight";
        var plain = TinyModel.WriteAdapter(temp.PathTo("plain"), config: settings => settings["modules_to_save"] = new JsonArray("norm"));
        WeightedAdapter Saving(string name, float first)
        {
            using var source = SafetensorsFile.Open(Path.Combine(plain, "adapter_model.safetensors"));
            var folder = Directory.CreateDirectory(temp.PathTo(name)).FullName;
            File.Copy(Path.Combine(plain, "adapter_config.json"), Path.Combine(folder, "adapter_config.json"));
            var saved = new TensorPlan("base_model.model.model.norm.weight", DType.F32, [24]);
            using var writer = SafetensorsWriter.Create(Path.Combine(folder, "adapter_model.safetensors"), source.Header.Tensors.Select(t => new TensorPlan(t.Name, t.DType, t.Shape)).Append(saved), new Dictionary<string, string> { ["format"] = "pt" });
            foreach (var tensor in source.Header.Tensors)
                writer.Write(tensor.Name, 0, source.ReadAll(tensor));
            writer.Write(saved.Name, 0, MemoryMarshal.AsBytes<float>([first, .. Enumerable.Repeat(1f, 23)]));
            return new WeightedAdapter(folder);
        }

        var from = TinyModel.WriteBase(temp.PathTo("base"), DType.F16);
        Merger.Merge(TinyModel.Request(from, temp.PathTo("merged"), Saving("tame", 60000)));
        var overflown = Patchwork.Write(temp.PathTo("merged"), temp.PathTo("overflown"), (info, bytes) =>
        {
            if (info.Name == Norm)
                BinaryPrimitives.WriteHalfLittleEndian(bytes, Half.PositiveInfinity);
            return bytes;
        });
        var audit = MergeAuditor.Audit(new AuditRequest { Base = from, Adapters = [Saving("wild", 70000)], Merged = overflown, Threads = 1, Version = "test" });
        Assert.Equal((TensorVerdict.Canonical, false), audit.Tensors.Single(t => t.Name == Norm) is var norm ? (norm.Verdict, norm.Finite) : default);
        Assert.False(audit.Equivalent);
    }

    private static TensorVerdict Verdict(TempFolder temp, AuditRequest request, Func<byte[], byte[]> change)
    {
        var folder = Patchwork.Write(request.Merged, temp.PathTo(Guid.NewGuid().ToString()), (info, bytes) => info.Name == TinyModel.QueryTensor ? change(bytes) : bytes);
        var audit = MergeAuditor.Audit(request with { Merged = folder });
        SameOnTorch.AssertAudit(request with { Merged = folder }, audit);
        Assert.False(audit.Equivalent);
        return audit.Tensors.Single(t => t.Name == TinyModel.QueryTensor).Verdict;
    }

    private static AuditRequest Merged(TempFolder temp, DType type, DType? output = null, string name = "tiny")
    {
        var baseFolder = TinyModel.WriteBase(temp.PathTo(name, "base"), type, sharded: true);
        var adapter = TinyModel.WriteAdapter(temp.PathTo(name, "adapter"));
        Merger.Merge(TinyModel.Request(baseFolder, temp.PathTo(name, "merged"), new WeightedAdapter(adapter)) with { OutputType = output, WithUndo = false });
        return new AuditRequest { Base = baseFolder, Adapters = [new WeightedAdapter(adapter)], Merged = temp.PathTo(name, "merged"), Threads = 2, Version = "test" };
    }

    /// <summary>Every bfloat16 a few steps up or down, by chance.</summary>
    private static byte[] Moved(byte[] bytes, int steps, Random random)
    {
        for (var i = 0; i < bytes.Length; i += 2)
        {
            var value = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(i));
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i), (ushort)(value + (random.Next(2) == 0 ? steps : -steps)));
        }
        return bytes;
    }
}
