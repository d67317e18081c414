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
