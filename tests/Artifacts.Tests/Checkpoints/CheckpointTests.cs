using System.Text;
using Loragate.Artifacts.Json;
using Loragate.Artifacts.Safetensors;
using Loragate.Testing;

namespace Loragate.Artifacts.Checkpoints;

public sealed class CheckpointTests
{
    private const string Config = """{"model_type":"llama"}""";

    [Fact]
    public void A_single_file_is_opened()
    {
        using var temp = Folder(("model.safetensors", ["a", "b"]));
        using var checkpoint = Checkpoint.Open(temp.Path);
        Assert.False(checkpoint.IsSharded);
        Assert.Equal("llama", checkpoint.ModelType);
        Assert.Equal(["a", "b"], checkpoint.Tensors.Keys.Order());
        Assert.Equal(Digest.Of(Encoding.UTF8.GetBytes(Config)), checkpoint.ConfigDigest);
        Assert.Equal([(byte)'b'], checkpoint.Tensor("b").ReadAll());
    }

    [Fact]
    public void Shards_are_opened_by_the_index_and_in_the_order_of_their_names()
    {
        using var temp = Sharded();
        using var checkpoint = Checkpoint.Open(temp.Path);
        Assert.True(checkpoint.IsSharded);
        Assert.Equal(["s1.safetensors", "s2.safetensors"], checkpoint.Shards.Select(s => Path.GetFileName(s.Path)));
        Assert.Equal(["a", "b", "c"], checkpoint.Tensors.Keys.Order());
    }

    [Fact]
    public void Side_files_and_links_to_them_are_named_without_weights()
    {
        using var temp = Sharded();
        temp.Write("tokenizer.json", "{}"u8);
        temp.Write("sub/file", "x"u8);
        File.CreateSymbolicLink(temp.PathTo("link.json"), temp.PathTo("tokenizer.json"));
        using var checkpoint = Checkpoint.Open(temp.Path);
        Assert.Equal(["config.json", "link.json", "tokenizer.json"], checkpoint.SideFiles());
    }

    [Fact]
    public void A_tensor_that_is_not_there_is_named()
    {
        using var temp = Sharded();
        using var checkpoint = Checkpoint.Open(temp.Path);
        Assert.Contains("'nothing'", Assert.Throws<CheckpointException>(() => checkpoint.Tensor("nothing")).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_file_beside_an_index_is_refused()
    {
        using var temp = Sharded();
        WriteWeights(temp, "model.safetensors", ["a"]);
        Refused(temp, "readers differ");
    }

    [Fact]
    public void A_missing_shard_is_named()
    {
        using var temp = Sharded();
        File.Delete(temp.PathTo("s2.safetensors"));
        Refused(temp, "'s2.safetensors', which is missing");
    }

    [Fact]
    public void A_tensor_that_the_index_does_not_name_is_refused()
    {
        using var temp = Sharded();
        File.Delete(temp.PathTo("s2.safetensors"));
        WriteWeights(temp, "s2.safetensors", ["c", "extra"]);
        Refused(temp, "'extra' of 's2.safetensors' is not in the index");
    }

    [Fact]
    public void A_tensor_that_lies_in_another_shard_than_the_index_says_is_refused()
    {
        using var temp = Sharded();
        WriteIndex(temp, """{"a":"s1.safetensors","b":"s2.safetensors","c":"s2.safetensors"}""");
        Refused(temp, "index");
    }

    [Theory]
    [InlineData("\"../s1.safetensors\"")]
    [InlineData("\"/etc/s1.safetensors\"")]
    [InlineData("\"sub/s1.safetensors\"")]
    [InlineData("\"sub\\\\s1.safetensors\"")]
    [InlineData("\"s1.bin\"")]
    [InlineData("\"\"")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("[\"s1.safetensors\"]")]
    public void An_index_that_names_no_plain_weight_file_is_refused(string value)
    {
        using var temp = Sharded();
        WriteIndex(temp, $$"""{"a":{{value}}}""");
        Refused(temp, "no plain .safetensors file name");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"weight_map":[]}""")]
    public void An_index_without_a_map_is_refused(string json)
    {
        using var temp = Sharded();
        temp.Write(Checkpoint.IndexFile, Encoding.UTF8.GetBytes(json));
        Refused(temp, "weight_map");
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"s1.safetensors","a":"s2.safetensors"}}""")]
    [InlineData("{")]
    public void An_index_that_is_no_strict_JSON_is_refused(string json)
    {
        using var temp = Sharded();
        temp.Write(Checkpoint.IndexFile, Encoding.UTF8.GetBytes(json));
        Assert.Throws<JsonFormatException>(() => Checkpoint.Open(temp.Path));
    }

    [Theory]
    [InlineData("pytorch_model.bin")]
    [InlineData("consolidated.00.pt")]
    public void A_pickle_is_never_loaded(string name)
    {
        using var temp = new TempFolder();
        temp.Write(Checkpoint.ConfigFile, Encoding.UTF8.GetBytes(Config));
        temp.Write(name, [0x80, 2]);
        Refused(temp, $"pickle ('{name}')");
    }

    [Fact]
    public void A_folder_without_weights_without_config_or_not_there_is_refused()
    {
        using var temp = new TempFolder();
        Refused(temp, "no config.json");
        temp.Write(Checkpoint.ConfigFile, Encoding.UTF8.GetBytes(Config));
        Refused(temp, "neither model.safetensors nor");
        Assert.Contains("no such folder", Assert.Throws<CheckpointException>(() => Checkpoint.Open(temp.PathTo("absent"))).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void A_config_that_is_no_object_or_too_large_is_refused()
    {
        using var temp = Folder(("model.safetensors", ["a"]));
        temp.Write(Checkpoint.ConfigFile, "[]"u8);
        Refused(temp, "not a JSON object");
        temp.Write(Checkpoint.ConfigFile, new byte[(4 << 20) + 1]);
        Refused(temp, "larger than");
    }

    [Fact]
    public void A_damaged_shard_is_named_and_every_file_is_closed_again()
    {
        using var temp = Sharded();
        File.WriteAllBytes(temp.PathTo("s2.safetensors"), [1, 2, 3]);
        Assert.Contains("s2.safetensors", Assert.Throws<SafetensorsException>(() => Checkpoint.Open(temp.Path)).Place, StringComparison.Ordinal);
        using var exclusive = new FileStream(temp.PathTo("s1.safetensors"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public void The_weights_digest_binds_name_type_shape_and_content_but_not_the_order()
    {
        var (a, b) = (Tensor("a"), Tensor("b"));
        Assert.Equal(TensorDigest.OfWeights([a, b]), TensorDigest.OfWeights([b, a]));
        TensorDigest[] others = [a with { Name = "x" }, a with { DType = "BF16" }, a with { Shape = [3, 2] }, a with { Sha256 = Digest.Of("other"u8) }];
        Assert.Equal(others.Length + 1, others.Append(a).Select(t => TensorDigest.OfWeights([t, b])).Distinct().Count());
    }

    private static TensorDigest Tensor(string name) => new(name, "F32", [2, 3], Digest.Of(Encoding.UTF8.GetBytes(name)));

    private static void Refused(TempFolder folder, string fault) =>
        Assert.Contains(fault, Assert.Throws<CheckpointException>(() => Checkpoint.Open(folder.Path)).Fault, StringComparison.Ordinal);

    private static TempFolder Sharded()
    {
        var temp = Folder(("s2.safetensors", ["c"]), ("s1.safetensors", ["a", "b"]));
        WriteIndex(temp, """{"a":"s1.safetensors","b":"s1.safetensors","c":"s2.safetensors"}""");
        return temp;
    }

    private static TempFolder Folder(params (string File, string[] Tensors)[] files)
    {
        var temp = new TempFolder();
        temp.Write(Checkpoint.ConfigFile, Encoding.UTF8.GetBytes(Config));
        foreach (var (file, tensors) in files)
            WriteWeights(temp, file, tensors);
        return temp;
    }

    private static void WriteWeights(TempFolder temp, string file, string[] tensors)
    {
        using var writer = SafetensorsWriter.Create(temp.PathTo(file), tensors.Select(t => new TensorPlan(t, DType.U8, [1])), new Dictionary<string, string>());
        foreach (var tensor in tensors)
            writer.Write(tensor, 0, [(byte)tensor[0]]);
    }

    private static void WriteIndex(TempFolder temp, string map) =>
        temp.Write(Checkpoint.IndexFile, Encoding.UTF8.GetBytes($$"""{"metadata":{"total_size":3},"weight_map":{{map}}}"""));
}
