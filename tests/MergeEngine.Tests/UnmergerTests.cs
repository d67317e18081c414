using System.Text;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Records;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine;

public sealed class UnmergerTests : IDisposable
{
    private readonly TempFolder _temp = new();

    private string Merged => _temp.PathTo("merged");

    private string Restored => _temp.PathTo("restored");

    [Theory]
    [InlineData(DType.BF16, null)]
    [InlineData(DType.BF16, DType.F32)]
    public void A_changed_bit_in_any_file_of_a_merged_folder_is_refused_by_name(DType type, DType? outputType)
    {
        Merge(type, outputType);
        var files = FolderManifest.List(Merged).Where(f => !f.EndsWith("receipt.json", StringComparison.Ordinal)).ToList();
        Assert.Contains(files, f => f.StartsWith("loragate/adapters/", StringComparison.Ordinal));
        foreach (var file in files)
        {
            var path = _temp.PathTo("merged", file);
            var bytes = File.ReadAllBytes(path);
            for (var at = 0; at < bytes.Length; at += Math.Max(1, bytes.Length / 5))
            {
                Flip(path, at);
                AssertRefused(file, Path.GetFileName(file) is "adapter_config.json" or "adapter_model.safetensors" ? Path.Combine("adapters", "0") : Path.GetFileName(file));
                File.WriteAllBytes(path, bytes);
            }
        }
        Unmerger.Unmerge(TinyModel.Undo(Merged, Restored));
    }

    [Theory]
    [InlineData(DType.BF16, null)]
    [InlineData(DType.BF16, DType.F32)]
    public void A_proof_without_an_output_says_what_an_unmerge_says_and_writes_nothing(DType type, DType? outputType)
    {
        Merge(type, outputType);
        string[] Files() => [.. Directory.EnumerateFileSystemEntries(_temp.PathTo(), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(path => $"{path} {(File.Exists(path) ? Digest.OfFile(path) : null)}")];
        var before = Files();
        var proof = Prove();
        Assert.Equal(before, Files());
        Assert.True(proof.IsOf(Artifacts.Records.Record.ReadFile<MergeReceipt>(_temp.PathTo("merged", "loragate", "receipt.json"))));
        var unmerged = Unmerger.Unmerge(TinyModel.Undo(Merged, Restored));
        Assert.Equal((unmerged.Merge, unmerged.Restored), (proof.Merge, proof.Restored));
    }

    [Fact]
    public void Nothing_is_proved_of_a_folder_with_a_changed_bit_in_any_file()
    {
        Merge(DType.BF16, null);
        foreach (var file in FolderManifest.List(Merged).Where(f => !f.EndsWith("receipt.json", StringComparison.Ordinal)))
        {
            var path = _temp.PathTo("merged", file);
            var bytes = File.ReadAllBytes(path);
            Flip(path, bytes.Length - 2);
            Assert.True(Xunit.Record.Exception(() => { _ = Prove(); }) is IntegrityException or MalformedInputException, file);
            File.WriteAllBytes(path, bytes);
        }
        _ = Prove();
    }

    private UnmergeReceipt Prove() => Unmerger.Prove(Merged, 2, "test", cancellationToken: TestContext.Current.CancellationToken);

    [Fact]
    public void A_changed_byte_in_the_header_of_a_merged_shard_is_refused()
    {
        Merge(DType.BF16, null);
        foreach (var path in Directory.EnumerateFiles(Merged, "*.safetensors"))
        {
            for (var at = 0; at < BufferStart(path); at += 3)
            {
                Flip(path, at);
                AssertRefused($"byte {at}", Path.GetFileName(path));
                Flip(path, at);
            }
        }
    }

    [Fact]
    public void Metadata_that_a_merge_did_not_write_is_refused()
    {
        Merge(DType.BF16, null);
        foreach (var path in Directory.EnumerateFiles(Merged, "*.safetensors"))
        {
            var bytes = File.ReadAllBytes(path);
            File.WriteAllBytes(path, Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(bytes).Replace("\"format\":\"pt\"", "\"format\":\"qt\"", StringComparison.Ordinal)));
            AssertRefused("metadata", Path.GetFileName(path));
            File.WriteAllBytes(path, bytes);
        }
    }

    [Fact]
    public void A_changed_digest_anywhere_in_the_receipt_is_refused()
    {
        Merge(DType.BF16, DType.F32);
        var path = _temp.PathTo("merged", "loragate", "receipt.json");
        var text = File.ReadAllText(path);
        var digests = Leaves(JsonNode.Parse(text)!).Where(v => v.GetValueKind() == System.Text.Json.JsonValueKind.String && Digest.TryParse(v.GetValue<string>(), out _)).Select(v => v.GetPath()).ToList();
        Assert.True(digests.Count > 20, "the receipt binds everything by digest");
        foreach (var place in digests)
        {
            var root = JsonNode.Parse(text)!;
            var leaf = Leaves(root).First(v => v.GetPath() == place);
            var hex = leaf.GetValue<string>();
            leaf.ReplaceWith((hex[0] == '0' ? "1" : "0") + hex[1..]);
            Forge(path, CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(root.ToJsonString()), "test"));
            AssertRefused(place, "");
        }
    }

    [Fact]
    public void A_changed_bit_anywhere_in_the_receipt_is_refused()
    {
        Merge(DType.BF16, null);
        var path = _temp.PathTo("merged", "loragate", "receipt.json");
        var length = (int)new FileInfo(path).Length;
        for (var at = 0; at < length; at += 61)
        {
            Flip(path, at);
            AssertRefused($"byte {at}", "receipt");
            Flip(path, at);
        }
        File.Delete(_temp.PathTo("merged", "loragate", "receipt.sha256"));
        AssertRefused("checksum", "receipt.sha256");
    }

    [Fact]
    public void A_receipt_that_is_not_canonical_is_refused_by_name()
    {
        Merge(DType.BF16, null);
        File.AppendAllText(_temp.PathTo("merged", "loragate", "receipt.json"), "\n");
        AssertRefused("receipt", "receipt.json");
    }

    [Theory]
    [InlineData("../victim")]
    [InlineData("loragate/original/../../../victim")]
    [InlineData("loragate/receipt.json")]
    [InlineData("sub/victim")]
    [InlineData("..")]
    [InlineData("loragate/earlier/1/../../../victim")]
    [InlineData("loragate/earlier/01/receipt.json")]
    [InlineData("loragate/earlier/1/receipt.json")]
    public void A_receipt_whose_files_lead_elsewhere_is_refused_and_writes_nothing_there(string name)
    {
        Merge(DType.BF16, null);
        var victim = _temp.Write("victim", "evil"u8);
        Edit(root => root["files"]!.AsArray().Add(new JsonObject { ["path"] = name, ["size"] = 4, ["sha256"] = Digest.OfFile(victim).Hex }));
        AssertRefused(name, "receipt.json");
        Assert.Equal(["a", "base", "merged", "victim"], Directory.EnumerateFileSystemEntries(_temp.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_receipt_whose_side_car_lies_elsewhere_is_refused()
    {
        Merge(DType.BF16, null);
        var stray = _temp.PathTo("stray.safetensors");
        File.Copy(_temp.PathTo("merged", "loragate", "undo.safetensors"), stray);
        Edit(root => root["undoFile"]!["path"] = "../stray.safetensors");
        AssertRefused("undo", "receipt.json");
    }

    [Fact]
    public void A_receipt_that_names_a_tensor_twice_or_with_an_unknown_type_is_refused()
    {
        Merge(DType.BF16, null);
        var path = _temp.PathTo("merged", "loragate", "receipt.json");
        var text = File.ReadAllBytes(path);
        Edit(root => root["inputs"]!.AsArray().Add(root["inputs"]![0]!.DeepClone()));
        AssertRefused("twice", "receipt.json");
        Forge(path, text);
        Edit(root => root["inputs"]![0]!["dType"] = "F99");
        AssertRefused("type", "receipt.json");
    }

    [Fact]
    public void The_side_cars_bits_a_weight_follow_from_the_tensors_and_older_receipts_do_without()
    {
        Merge(DType.BF16, null);
        var receipt = Artifacts.Records.Record.ReadFile<MergeReceipt>(_temp.PathTo("merged", "loragate", "receipt.json"));
        Assert.Equal(receipt.Merged.Sum(t => t.UndoBits!.Value) / (double)receipt.TotalFidelity.Elements, receipt.UndoBitsPerWeight);
        Edit(root => root["undoBitsPerWeight"] = 0.001);
        AssertRefused("undoBitsPerWeight", "receipt.json");
        Edit(root => root.AsObject().Remove("undoBitsPerWeight"));
        Unmerger.Unmerge(TinyModel.Undo(Merged, Restored));
    }

    [Fact]
    public void The_side_car_of_another_merge_is_refused()
    {
        Merge(DType.BF16, null);
        var other = TinyModel.WriteAdapter(_temp.PathTo("other"), 9);
        Merger.Merge(TinyModel.Request(_temp.PathTo("base"), _temp.PathTo("merged2"), new WeightedAdapter(other)));
        File.Copy(_temp.PathTo("merged2", "loragate", "undo.safetensors"), _temp.PathTo("merged", "loragate", "undo.safetensors"), overwrite: true);
        AssertRefused("undo", "undo.safetensors");
    }

    [Fact]
    public void A_side_car_that_lies_about_a_weight_is_refused_even_when_the_receipt_is_made_to_fit()
    {
        Merge(DType.BF16, null);
        var path = _temp.PathTo("merged", "loragate", "undo.safetensors");
        int at;
        using (var undo = SafetensorsFile.Open(path))
            at = (int)(BufferStart(path) + undo.Header.Tensors.First(t => t.Name.StartsWith("bits/", StringComparison.Ordinal) && t.Length > 0).Start);
        Flip(path, at);
        Edit(root => root["undoFile"]!["sha256"] = Digest.OfFile(path).Hex);
        AssertRefused("undo", "_proj.weight");
    }

    [Fact]
    public void Another_adapter_is_refused_and_the_right_one_accepted()
    {
        Merge(DType.BF16, null);
        var other = TinyModel.WriteAdapter(_temp.PathTo("other"), 9);
        Assert.Contains("other", Assert.Throws<IntegrityException>(() => Unmerger.Unmerge(TinyModel.Undo(Merged, Restored) with { Adapters = [other] })).Place, StringComparison.Ordinal);
        Assert.Contains("2 are given", Assert.Throws<UnmergeException>(() => Unmerger.Unmerge(TinyModel.Undo(Merged, Restored) with { Adapters = [other, other] })).Fault, StringComparison.Ordinal);
        Unmerger.Unmerge(TinyModel.Undo(Merged, Restored) with { Adapters = [_temp.PathTo("a")] });
        MergerTests.AssertRestored(_temp.PathTo("base"), Restored);
    }

    [Fact]
    public void A_folder_that_was_not_merged_here_is_refused() =>
        Assert.Contains("no receipt", Assert.Throws<UnmergeException>(() => Unmerger.Unmerge(TinyModel.Undo(TinyModel.WriteBase(_temp.PathTo("base"), DType.BF16), Restored))).Fault, StringComparison.Ordinal);

    [Fact]
    public void The_proof_names_the_receipt_and_the_restored_weights()
    {
        Merge(DType.BF16, null);
        var receipt = Artifacts.Records.Record.ReadFile<Artifacts.Records.Merging.MergeReceipt>(_temp.PathTo("merged", "loragate", "receipt.json"));
        var proof = Unmerger.Unmerge(TinyModel.Undo(Merged, Restored));
        Assert.Equal(receipt.ComputeDigest(), proof.Merge);
        Assert.Equal(WeightsDigest.Compute(Restored, 2), proof.Restored.WeightsDigest);
        Assert.Equal(receipt.Base.WeightsDigest, proof.Restored.WeightsDigest);
    }

    public void Dispose() => _temp.Dispose();

    private void Merge(DType type, DType? outputType) =>
        Merger.Merge(TinyModel.Request(TinyModel.WriteBase(_temp.PathTo("base"), type, sharded: true), Merged, new WeightedAdapter(TinyModel.WriteAdapter(_temp.PathTo("a")))) with { OutputType = outputType });

    private void AssertRefused(string what, string named)
    {
        try
        {
            Unmerger.Unmerge(TinyModel.Undo(Merged, Restored));
        }
        catch (Exception e) when (e is IntegrityException or MalformedInputException)
        {
            Assert.Contains(named, e.Message, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Restored) || Directory.Exists(Restored + ".partial"), what);
            return;
        }
        Assert.Fail($"a change of {what} was not noticed");
    }

    private void Edit(Action<JsonNode> change)
    {
        var path = _temp.PathTo("merged", "loragate", "receipt.json");
        var root = JsonNode.Parse(File.ReadAllBytes(path))!;
        change(root);
        Forge(path, CanonicalJson.Canonicalize(Encoding.UTF8.GetBytes(root.ToJsonString()), "test"));
    }

    /// <summary>A receipt with a checksum that fits it, as somebody who means harm would leave it.</summary>
    private static void Forge(string path, byte[] receipt)
    {
        File.WriteAllBytes(path, receipt);
        File.WriteAllText(Path.ChangeExtension(path, ".sha256"), $"{Digest.Of(receipt).Hex}  receipt.json\n");
    }

    private static int BufferStart(string path) => 8 + (int)BitConverter.ToUInt64(File.ReadAllBytes(path), 0);

    private static void Flip(string path, int at)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 0x10;
        File.WriteAllBytes(path, bytes);
    }

    private static IEnumerable<JsonValue> Leaves(JsonNode node) => node switch
    {
        JsonObject o => o.Where(p => p.Value is not null).SelectMany(p => Leaves(p.Value!)),
        JsonArray a => a.Where(n => n is not null).SelectMany(n => Leaves(n!)),
        _ => [node.AsValue()],
    };
}
