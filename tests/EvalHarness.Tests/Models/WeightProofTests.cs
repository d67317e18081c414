using Loragate.Artifacts;
using Loragate.Artifacts.Checkpoints;
using Loragate.Artifacts.Safetensors;
using Loragate.EvalHarness.Models;
using Loragate.MergeEngine;
using Loragate.Testing;
using static TorchSharp.torch;

namespace Loragate.EvalHarness.Tests.Models;

/// <summary>What a receipt vouches for is what is loaded, or nothing is.</summary>
[Collection(nameof(Torch))]
public sealed class WeightProofTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.Stored)]
    public void Weights_with_the_expected_digests_are_loaded(Precision precision)
    {
        var folder = new TinyLlama { DType = DType.BF16 }.WriteSharded(_temp, 3);
        using var checkpoint = Checkpoint.Open(folder);
        using var proven = LanguageModel.Load(checkpoint, precision, CPU, WeightsDigest.ComputeTensors(folder, 1), TestContext.Current.CancellationToken);
        using var plain = Load.Model(folder, precision);
        Assert.Equal(plain.Logits(3, 1, 4), proven.Logits(3, 1, 4));
    }

    [Fact]
    public void One_changed_bit_of_any_tensor_is_refused_by_file_and_tensor()
    {
        var folder = new TinyLlama().WriteSharded(_temp, 3);
        var expected = WeightsDigest.ComputeTensors(folder, 1);
        using var checkpoint = Checkpoint.Open(folder);
        foreach (var tensor in checkpoint.Tensors.Values)
        {
            Flip(tensor);
            var refusal = Refuse(checkpoint, expected);
            Assert.Equal($"{tensor.Shard.Path}, tensor '{tensor.Name}'", refusal.Place);
            Assert.Contains("SHA-256", refusal.Fault, StringComparison.Ordinal);
            Flip(tensor);
        }
        using var model = LanguageModel.Load(checkpoint, Precision.Float32, CPU, expected, TestContext.Current.CancellationToken);
    }

    [Fact]
    public void A_tensor_of_another_type_or_shape_a_missing_one_and_one_too_many_are_refused_by_name()
    {
        var folder = new TinyLlama().Write(_temp);
        var expected = WeightsDigest.ComputeTensors(folder, 1);
        const string Name = "model.norm.weight";
        using var checkpoint = Checkpoint.Open(folder);
        Assert.Contains(Name, Refuse(checkpoint, [.. expected.Select(t => t.Name == Name ? t with { DType = "BF16" } : t)]).Place, StringComparison.Ordinal);
        Assert.Contains(Name, Refuse(checkpoint, [.. expected.Select(t => t.Name == Name ? t with { Shape = [4, 4] } : t)]).Place, StringComparison.Ordinal);
        Assert.Contains(Name, Refuse(checkpoint, [.. expected.Where(t => t.Name != Name)]).Place, StringComparison.Ordinal);
        Assert.Contains("'another'", Refuse(checkpoint, [.. expected, expected[0] with { Name = "another" }]).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_that_are_only_compared_or_inert_are_proven_too()
    {
        var llama = new TinyLlama();
        llama.Tensors["lm_head.weight"] = llama.Tensors["model.embed_tokens.weight"];
        llama.Config["tie_word_embeddings"] = true;
        llama.Add("model.layers.0.self_attn.rotary_emb.inv_freq", 2);
        var folder = llama.Write(_temp);
        var expected = WeightsDigest.ComputeTensors(folder, 1);
        using var checkpoint = Checkpoint.Open(folder);
        using (LanguageModel.Load(checkpoint, Precision.Float32, CPU, expected, TestContext.Current.CancellationToken))
        {
        }
        Flip(checkpoint.Tensors["model.layers.0.self_attn.rotary_emb.inv_freq"]);
        Assert.Contains("inv_freq", Refuse(checkpoint, expected).Place, StringComparison.Ordinal);
        Flip(checkpoint.Tensors["model.layers.0.self_attn.rotary_emb.inv_freq"]);
        var odd = expected.Select(t => t.Name == "lm_head.weight" ? t with { Sha256 = Digest.Of("other"u8) } : t);
        Assert.Contains("lm_head", Refuse(checkpoint, [.. odd]).Place, StringComparison.Ordinal);
    }

    private static IntegrityException Refuse(Checkpoint checkpoint, IReadOnlyList<TensorDigest> expected) =>
        Assert.Throws<IntegrityException>(() => LanguageModel.Load(checkpoint, Precision.Float32, CPU, expected, TestContext.Current.CancellationToken));

    /// <summary>Changes the lowest bit of a tensor's last byte but one, in place.</summary>
    private static void Flip(CheckpointTensor tensor)
    {
        using var stream = new FileStream(tensor.Shard.Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        stream.Position = tensor.Shard.ReadRawHeader().Length + tensor.Info.End - 2;
        var b = stream.ReadByte();
        stream.Position--;
        stream.WriteByte((byte)(b ^ 1));
    }
}
