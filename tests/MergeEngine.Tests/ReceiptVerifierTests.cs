using System.Text;
using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Folders;
using Loragate.Artifacts.Records.Merging;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.MergeEngine;

public sealed class ReceiptVerifierTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly MergeReceipt _receipt;

    public ReceiptVerifierTests() =>
        _receipt = Merger.Merge(TinyModel.Request(TinyModel.WriteBase(_temp.PathTo("base"), DType.BF16, sharded: true), _temp.PathTo("merged"), new WeightedAdapter(TinyModel.WriteAdapter(_temp.PathTo("a")))));

    [Fact]
    public void The_base_and_the_output_of_a_merge_hold()
    {
        Assert.Null(BaseFault());
        Assert.Null(OutputFault());
    }

    [Fact]
    public void The_weights_digests_are_the_ones_of_the_folders()
    {
        Assert.Equal(_receipt.Base.WeightsDigest, WeightsDigest.Compute(_temp.PathTo("base"), 1));
        Assert.Equal(_receipt.Output.WeightsDigest, WeightsDigest.Compute(_temp.PathTo("merged"), 2));
        Assert.NotEqual(_receipt.Base.WeightsDigest, _receipt.Output.WeightsDigest);
    }

    [Fact]
    public void A_changed_bit_in_any_file_of_the_output_is_named()
    {
        foreach (var file in FolderManifest.List(_temp.PathTo("merged")).Where(f => !f.StartsWith("loragate/adapters/", StringComparison.Ordinal) && !f.EndsWith("receipt.json", StringComparison.Ordinal)))
        {
            var path = _temp.PathTo("merged", file);
            var bytes = File.ReadAllBytes(path);
            Spoil(path);
            Assert.Contains(Path.GetFileName(file), OutputFault(), StringComparison.Ordinal);
            File.WriteAllBytes(path, bytes);
        }
        Assert.Null(OutputFault());
    }

    /// <summary>The same bytes under another type are other weights.</summary>
    [Fact]
    public void A_header_that_gives_a_tensor_another_type_is_named()
    {
        var path = _temp.PathTo("merged", "model-00001-of-00003.safetensors");
        var text = Encoding.Latin1.GetString(File.ReadAllBytes(path));
        File.WriteAllBytes(path, Encoding.Latin1.GetBytes(text.Replace("\"dtype\":\"BF16\"", "\"dtype\": \"F16\"", StringComparison.Ordinal)));
        Assert.Equal($"tensor '{TinyModel.Embedding}' of {Path.GetFileName(path)} has another type or shape than the receipt says", OutputFault());
    }

    [Fact]
    public void An_adapter_kept_for_unmerge_that_is_not_the_receipts_is_named()
    {
        var kept = _temp.PathTo("merged", "loragate", "adapters", "0");
        var config = Path.Combine(kept, "adapter_config.json");
        var bytes = File.ReadAllBytes(config);
        Spoil(config);
        Assert.Contains("loragate/adapters/0 has SHA-256", OutputFault(), StringComparison.Ordinal);
        File.WriteAllBytes(config, bytes);
        Assert.Null(OutputFault());
        Directory.Delete(kept, recursive: true);
        Assert.Equal("loragate/adapters/0 is missing", OutputFault());
    }

    [Fact]
    public void A_changed_tensor_of_the_base_is_named()
    {
        using (var checkpoint = Checkpoint.Open(_temp.PathTo("base")))
            Spoil(checkpoint.Tensor(TinyModel.Embedding).Shard.Path);
        Assert.Contains(TinyModel.Embedding, BaseFault(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_config_of_the_base_is_named()
    {
        File.WriteAllText(_temp.PathTo("base", Checkpoint.ConfigFile), """{"model_type":"llama"}""");
        Assert.Contains(Checkpoint.ConfigFile, BaseFault(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_changed_added_or_missing_side_file_of_the_base_is_named()
    {
        var tokenizer = _temp.PathTo("base", "tokenizer.json");
        File.WriteAllText(tokenizer, "{ }");
        Assert.StartsWith("tokenizer.json has SHA-256", BaseFault(), StringComparison.Ordinal);
        File.WriteAllText(tokenizer, "{}");
        Assert.Null(BaseFault());
        _temp.Write("base/special_tokens_map.json", "{}"u8);
        Assert.Equal("special_tokens_map.json is not in the receipt", BaseFault());
        File.Delete(_temp.PathTo("base", "special_tokens_map.json"));
        File.Delete(tokenizer);
        Assert.Equal("tokenizer.json is missing", BaseFault());
    }

    [Fact]
    public void What_a_merge_does_not_carry_may_change()
    {
        File.WriteAllText(_temp.PathTo("base", "README.md"), "Another model card.");
        Assert.Null(BaseFault());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_base_of_a_merge_into_another_type_holds_and_its_changed_tokenizer_does_not(bool withUndo)
    {
        var adapter = new WeightedAdapter(_temp.PathTo("a"));
        var receipt = Merger.Merge(TinyModel.Request(_temp.PathTo("base"), _temp.PathTo("wide"), adapter) with { OutputType = DType.F32, WithUndo = withUndo });
        Assert.Null(ReceiptVerifier.BaseFault(receipt, _temp.PathTo("base"), 1));
        Assert.Null(ReceiptVerifier.OutputFault(receipt, _temp.PathTo("wide"), 1));
        Assert.Equal(WeightsDigest.ComputeTensors(_temp.PathTo("wide"), 1).Select(t => (t.Name, t.DType, t.Sha256)), receipt.OutputTensors().Select(t => (t.Name, t.DType, t.Sha256)));
        File.WriteAllText(_temp.PathTo("base", "tokenizer.json"), "{ }");
        Assert.StartsWith("tokenizer.json", ReceiptVerifier.BaseFault(receipt, _temp.PathTo("base"), 1), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        File.Delete(_temp.PathTo("merged", "tokenizer.json"));
        Assert.Equal("tokenizer.json is missing", OutputFault());
    }

    [Theory]
    [InlineData("modeling_evil.py")]
    [InlineData("adapter_model.safetensors")]
    [InlineData("sub/model.safetensors")]
    public void A_file_that_the_receipt_does_not_know_is_named(string name)
    {
        _temp.Write(Path.Combine("merged", name), "x"u8);
        Assert.StartsWith(name, OutputFault(), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_base_does_not_hold()
    {
        TinyModel.WriteBase(_temp.PathTo("other"), DType.F32);
        Assert.NotNull(ReceiptVerifier.BaseFault(_receipt, _temp.PathTo("other"), 1));
    }

    [Fact]
    public void A_receipt_that_contradicts_itself_holds_for_no_folder()
    {
        var forged = _receipt with { Base = _receipt.Base with { WeightsDigest = Digest.Of("other"u8) } };
        Assert.Contains("contradicts itself", ReceiptVerifier.BaseFault(forged, _temp.PathTo("base"), 1), StringComparison.Ordinal);
        Assert.Contains("contradicts itself", ReceiptVerifier.OutputFault(forged, _temp.PathTo("merged"), 1), StringComparison.Ordinal);
    }

    /// <summary>transformers reads templates with names from a folder of their own: they are part of the model as the tokenizer is.</summary>
    [Fact]
    public void Chat_templates_with_names_are_carried_along_and_come_back()
    {
        const string Template = "additional_chat_templates/tool_use.jinja";
        var (source, merged) = (TinyModel.WriteBase(_temp.PathTo("chat"), DType.BF16), _temp.PathTo("chat-merged"));
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(source, Template))!);
        File.WriteAllText(Path.Combine(source, Template), "{{ tools }}");
        var receipt = Merger.Merge(TinyModel.Request(source, merged, new WeightedAdapter(_temp.PathTo("a"))));
        Assert.Equal("{{ tools }}", File.ReadAllText(Path.Combine(merged, Template)));
        Assert.Null(ReceiptVerifier.OutputFault(receipt, merged, 1, TestContext.Current.CancellationToken));
        Assert.Null(ReceiptVerifier.BaseFault(receipt, source, 1, TestContext.Current.CancellationToken));
        // A receipt of before they were carried names none.
        Assert.Null(ReceiptVerifier.BaseFault(receipt with { Files = [.. receipt.Files.Where(f => f.Path != Template)] }, source, 1, TestContext.Current.CancellationToken));

        Unmerger.Unmerge(TinyModel.Undo(merged, _temp.PathTo("chat-restored")));
        Assert.Equal("{{ tools }}", File.ReadAllText(_temp.PathTo("chat-restored", Template)));
        File.WriteAllText(Path.Combine(merged, Template), "{{ evil }}");
        Assert.Contains(Template, ReceiptVerifier.OutputFault(receipt, merged, 1, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(source, Template), "{{ other }}");
        Assert.Contains(Template, ReceiptVerifier.BaseFault(receipt, source, 1, TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private string? BaseFault() => ReceiptVerifier.BaseFault(_receipt, _temp.PathTo("base"), 2);

    private string? OutputFault() => ReceiptVerifier.OutputFault(_receipt, _temp.PathTo("merged"), 2);

    private static void Spoil(string path)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
