using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts.Adapters;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Records.Auditing;
using Loragate.Artifacts.Safetensors;
using Loragate.MergeEngine.Kernels;
using Loragate.Testing;

namespace Loragate.MergeEngine.Auditing;

/// <summary>Faults that tools make, planted into merges of every kind that the vectors have; the kernels and Torch must tell the same of each.</summary>
[Trait(SharedFolder.Category, SharedFolder.Name)]
public sealed class PlantedFaultTests
{
    /// <summary>Kinds without a scale: the adapter's numbers take the place of the base's, or multiply them.</summary>
    private static readonly string[] Unscaled = ["replaced", "rows", "ia3", "vera", "untied"];

    public static TheoryData<string> Cases => [.. SharedFolder.Folders("vectors", "merge").Where(name => File.Exists(SharedFolder.PathTo("vectors", "merge", name, "exact.safetensors")))];

    /// <summary>Cases that change a square tensor.</summary>
    public static TheoryData<string> Squares => [.. Cases.Select(row => row.Data).Where(HasSquare)];

    /// <summary>Cases of DoRA.</summary>
    public static TheoryData<string> Doras => [.. Cases.Select(row => row.Data).Where(name => ConfigOf(name)["use_dora"]?.GetValue<bool>() == true)];

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void A_merge_at_another_scale_is_told_with_the_scale(string name)
    {
        using var temp = new TempFolder();
        var baseFolder = Base(temp, name);
        // AdaLoRA takes the rank for an alpha that is not positive (PEFT adalora/layer.py, update_layer).
        var sign = name.StartsWith("adalora", StringComparison.Ordinal) ? 4 : -1;
        foreach (var factor in new[] { 2, 0.5, sign, Math.Sqrt(RankOf(name)) }.Distinct())
        {
            var other = Adapter(temp, name, $"other{factor}", config => Scale(config, factor), (_, bytes) => bytes);
            var merged = Merge(temp, baseFolder, other, $"merged{factor}");
            var audit = Audit(AuditVectorTests.Request(baseFolder, name, merged));
            var scaled = audit.Tensors.Where(t => t.Delta is not null && !Unscaled.Contains(t.Delta)).ToList();
            Assert.All(scaled, t => Assert.True(t.Verdict == TensorVerdict.WrongScale && Math.Abs(t.Scale!.Value - factor) <= 0.05 * Math.Abs(factor) + 0.02, $"{name} ×{factor}: {t}"));
            Assert.Equal(scaled.Count == 0, audit.Equivalent);
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void A_merge_of_another_adapter_is_unrelated(string name)
    {
        using var temp = new TempFolder();
        var baseFolder = Base(temp, name);
        var other = Adapter(temp, name, "other", _ => { }, (info, bytes) => info.Name.EndsWith(".base_layer.weight", StringComparison.Ordinal) ? bytes : Reversed(bytes, info.DType.Bits / 8));
        var audit = Audit(AuditVectorTests.Request(baseFolder, name, Merge(temp, baseFolder, other, "merged")));
        Assert.All(audit.Tensors.Where(t => t.Delta is not (null or "untied")), t => Assert.True(t.Verdict == TensorVerdict.Unrelated, $"{name}: {t}"));
        Assert.All(audit.Tensors.Where(t => t.Delta is null), t => Assert.Equal(TensorVerdict.Untouched, t.Verdict));
        Assert.False(audit.Equivalent);
    }

    /// <summary>Replaced tensors hold nothing of the base, so they are right whatever the base.</summary>
    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void A_merge_into_another_base_is_told(string name)
    {
        using var temp = new TempFolder();
        var baseFolder = Base(temp, name);
        var random = new Random(7);
        var otherBase = Patchwork.Write(baseFolder, temp.PathTo("other-base"), (info, bytes) => Values(info, bytes, v => v * (1 + 0.3 * (random.NextDouble() - 0.5))));
        var adapter = WithoutCopies(temp, name);
        var merged = Merge(temp, otherBase, adapter, "merged");
        var audit = Audit(AuditVectorTests.Request(baseFolder, name, merged) with { Adapters = [new WeightedAdapter(adapter)] });
        Assert.All(audit.Tensors.Where(t => t.Delta is null), t => Assert.Equal(TensorVerdict.Changed, t.Verdict));
        var changed = audit.Tensors.Where(t => t.Delta is not (null or "replaced")).ToList();
        Assert.All(changed, t => Assert.True(t.Verdict == TensorVerdict.WrongBase, $"{name}: {t}"));
        Assert.False(audit.Equivalent);
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Cases))]
    public void A_tensor_that_was_left_out_a_flipped_bit_and_a_touched_neighbour_are_told(string name)
    {
        using var temp = new TempFolder();
        var baseFolder = Base(temp, name);
        var merged = Merge(temp, baseFolder, SharedFolder.PathTo("vectors", "merge", name, "adapter"), "merged");
        using var original = Checkpoint.Open(baseFolder);
        using var complete = Checkpoint.Open(merged);
        var changed = complete.Tensors.Values.Where(t => original.Tensors.TryGetValue(t.Name, out var before) && !before.ReadAll().AsSpan().SequenceEqual(t.ReadAll())).Select(t => t.Name).Order(StringComparer.Ordinal).ToList();
        var untouched = complete.Tensors.Keys.Where(n => original.Tensors.ContainsKey(n)).Except(changed).Order(StringComparer.Ordinal).First();
        foreach (var victim in changed.Take(3))
        {
            Assert.Equal((TensorVerdict.NotMerged, victim), Only(Audit(temp, name, baseFolder, merged, (info, bytes) => info.Name == victim ? original.Tensor(victim).ReadAll() : bytes)));
            Assert.Equal((TensorVerdict.Missing, victim), Only(Audit(temp, name, baseFolder, merged, (info, bytes) => info.Name == victim ? null : bytes)));
            var (verdict, where) = Only(Audit(temp, name, baseFolder, merged, (info, bytes) => info.Name == victim ? Flipped(bytes) : bytes));
            Assert.Equal(victim, where);
            Assert.True(verdict is TensorVerdict.Damaged or TensorVerdict.Unrelated, $"{name} {victim}: {verdict}");
        }
        Assert.Equal((TensorVerdict.Changed, untouched), Only(Audit(temp, name, baseFolder, merged, (info, bytes) => info.Name == untouched ? Flipped(bytes) : bytes)));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Squares))]
    public void A_transposed_update_is_unrelated(string name)
    {
        using var temp = new TempFolder();
        var baseFolder = Base(temp, name);
        var merged = Merge(temp, baseFolder, SharedFolder.PathTo("vectors", "merge", name, "adapter"), "merged");
        using var original = Checkpoint.Open(baseFolder);
        using var complete = Checkpoint.Open(merged);
        var square = complete.Tensors.Values.Where(t => t.Info.Shape is [var rows, var columns] && rows == columns && !original.Tensor(t.Name).ReadAll().AsSpan().SequenceEqual(t.ReadAll())).Select(t => t.Name).ToHashSet();
        Assert.NotEmpty(square);
        var audit = Audit(temp, name, baseFolder, merged, (info, bytes) => square.Contains(info.Name) ? TransposedUpdate(info, original.Tensor(info.Name).ReadAll(), bytes) : bytes);
        Assert.All(audit.Tensors.Where(t => square.Contains(t.Name)), t => Assert.True(t.Verdict == TensorVerdict.Unrelated, $"{name}: {t}"));
    }

    [Theory(SkipTestWithoutData = true)]
    [MemberData(nameof(Doras))]
    public void A_merge_that_leaves_the_magnitudes_of_DoRA_out_is_told(string name)
    {
        using var temp = new TempFolder();
        var baseFolder = Base(temp, name);
        var plain = Adapter(temp, name, "plain", config => config["use_dora"] = false, (info, bytes) => info.Name.Contains("magnitude", StringComparison.Ordinal) ? null : bytes);
        var audit = Audit(AuditVectorTests.Request(baseFolder, name, Merge(temp, baseFolder, plain, "merged")));
        Assert.Contains(audit.Tensors, t => t.Delta == "dora");
        Assert.All(audit.Tensors.Where(t => t.Delta == "dora"), t => Assert.True(t is { Verdict: TensorVerdict.WrongMagnitude, Scale: > 0.9 and < 1.1 }, $"{name}: {t}"));
    }

    private static bool HasSquare(string name)
    {
        using var exact = SafetensorsFile.Open(SharedFolder.PathTo("vectors", "merge", name, "exact.safetensors"));
        return exact.Header.Tensors.Any(t => t.Shape is [var rows, var columns] && rows == columns);
    }

    private static JsonObject ConfigOf(string name) =>
        JsonNode.Parse(File.ReadAllText(SharedFolder.PathTo("vectors", "merge", name, "adapter", AdapterConfig.FileName)))!.AsObject();

    private static MergeAudit Audit(AuditRequest request)
    {
        var audit = MergeAuditor.Audit(request);
        SameOnTorch.AssertAudit(request, audit, memory: 1 << 20);
        return audit;
    }

    private static (TensorVerdict Verdict, string Name) Only(MergeAudit audit)
    {
        Assert.False(audit.Equivalent);
        var odd = Assert.Single(audit.Tensors, t => !MergeAuditor.IsRight(t.Verdict));
        return (odd.Verdict, odd.Name);
    }

    private static MergeAudit Audit(TempFolder temp, string name, string baseFolder, string merged, Func<TensorInfo, byte[], byte[]?> change)
    {
        var folder = Patchwork.Write(merged, temp.PathTo(Guid.NewGuid().ToString()), change);
        return Audit(AuditVectorTests.Request(baseFolder, name, folder));
    }

    private static string Base(TempFolder temp, string name)
    {
        using var about = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.PathTo("vectors", "merge", name, "case.json")));
        return AuditVectorTests.Base(temp, about.RootElement, name);
    }

    private static string Merge(TempFolder temp, string baseFolder, string adapter, string output)
    {
        Merger.Merge(new MergeRequest { Base = baseFolder, Adapters = [new WeightedAdapter(adapter)], Output = temp.PathTo(output), WithUndo = false, Threads = 2, Version = "test" });
        return temp.PathTo(output);
    }

    private static string Adapter(TempFolder temp, string name, string target, Action<JsonObject> configure, Func<TensorInfo, byte[], byte[]?> change)
    {
        var (source, folder) = (SharedFolder.PathTo("vectors", "merge", name, "adapter"), temp.PathTo(target));
        Directory.CreateDirectory(folder);
        var config = ConfigOf(name);
        configure(config);
        File.WriteAllText(Path.Combine(folder, AdapterConfig.FileName), config.ToJsonString());
        using var weights = SafetensorsFile.Open(Path.Combine(source, PeftAdapter.WeightsFile));
        var kept = weights.Header.Tensors.Select(t => (Info: t, Bytes: change(t, weights.ReadAll(t)))).Where(t => t.Bytes is not null).ToList();
        using var writer = SafetensorsWriter.Create(Path.Combine(folder, PeftAdapter.WeightsFile), kept.Select(t => new TensorPlan(t.Info.Name, t.Info.DType, t.Info.Shape)), new Dictionary<string, string> { ["format"] = "pt" });
        foreach (var (info, bytes) in kept)
            writer.Write(info.Name, 0, bytes!);
        return folder;
    }

    /// <summary>An adapter that carries copies of base weights would be refused for another base.</summary>
    private static string WithoutCopies(TempFolder temp, string name) =>
        Adapter(temp, name, "bare", _ => { }, (info, bytes) => info.Name.EndsWith(".base_layer.weight", StringComparison.Ordinal) ? null : bytes);

    private static double RankOf(string name) =>
        ConfigOf(name)["r"]?.GetValue<int>() is { } rank and > 1 ? rank : 8;

    private static void Scale(JsonObject config, double factor)
    {
        foreach (var key in new[] { "lora_alpha", "alpha" }.Where(k => config[k] is not null))
            config[key] = config[key]!.GetValue<double>() * factor;
        if (config["alpha_pattern"] is JsonObject pattern)
        {
            foreach (var key in pattern.Select(p => p.Key).ToList())
                pattern[key] = pattern[key]!.GetValue<double>() * factor;
        }
    }

    private static byte[] Reversed(byte[] bytes, int size) => [.. bytes.Chunk(size).Reverse().SelectMany(b => b)];

    /// <summary>The highest bit of one exponent in the middle.</summary>
    private static byte[] Flipped(byte[] bytes)
    {
        var copy = (byte[])bytes.Clone();
        copy[copy.Length / 8 * 4 + 3] ^= 0x04;
        return copy;
    }

    private static byte[] Values(TensorInfo info, byte[] bytes, Func<double, double> change)
    {
        if (!info.DType.IsMergeable)
            return bytes;
        var values = new double[info.Elements];
        StoredValues.Widen(info.DType, bytes, values);
        return Stored(info.DType, [.. values.Select(change)]);
    }

    private static byte[] TransposedUpdate(TensorInfo info, byte[] before, byte[] after)
    {
        var (w, m, n) = (new double[info.Elements], new double[info.Elements], (int)info.Shape[0]);
        StoredValues.Widen(info.DType, before, w);
        StoredValues.Widen(info.DType, after, m);
        return Stored(info.DType, [.. Enumerable.Range(0, w.Length).Select(i => w[i] + m[i % n * n + i / n] - w[i % n * n + i / n])]);
    }

    private static byte[] Stored(DType type, double[] values)
    {
        var bytes = new byte[values.Length * type.Bits / 8];
        for (var i = 0; i < values.Length; i++)
        {
            var rounded = StoredNumber.Round(type, values[i]);
            if (type == DType.F32)
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * 4), (float)rounded);
            else if (type == DType.F16)
                BinaryPrimitives.WriteHalfLittleEndian(bytes.AsSpan(i * 2), (Half)rounded);
            else
                BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(i * 2), (ushort)(BitConverter.SingleToUInt32Bits((float)rounded) >> 16));
        }
        return bytes;
    }
}
