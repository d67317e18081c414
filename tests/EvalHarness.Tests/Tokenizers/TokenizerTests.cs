using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.EvalHarness.Tokenizers;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Tokenizers;

public sealed class TokenizerTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_sample_s_tokenizer_gives_back_any_text()
    {
        var tokenizer = Tokenizer.Load(Repository.PathTo("samples", "base"));
        Assert.Equal((0, 0, 1280), (tokenizer.BosId, tokenizer.EosId, tokenizer.VocabularySize));
        Assert.Equal([0], tokenizer.EosIds);
        foreach (var text in (string[])["", " ", "Order 5331\n\n  contains", "注文は 𠮷野家😀 e\u0301", "a\u0000\u001F\u00A0b", "\r\n\t"])
            Assert.Equal(text, tokenizer.Decode(tokenizer.Encode(text, addSpecialTokens: true), skipSpecialTokens: true));
        Assert.Equal([0], tokenizer.Encode("<|endoftext|>", addSpecialTokens: false));
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("tokenizer_config.json")]
    [InlineData("generation_config.json")]
    public void The_digest_binds_every_file_that_has_a_say(string file)
    {
        foreach (var path in Directory.EnumerateFiles(Repository.PathTo("samples", "base"), "*.json"))
            File.Copy(path, _folder.PathTo(Path.GetFileName(path)));
        File.WriteAllText(_folder.PathTo("generation_config.json"), "{\"eos_token_id\": 0}");
        var before = Tokenizer.Load(_folder.Path).Digest;
        Assert.Equal(before, Tokenizer.Load(_folder.Path).Digest);
        File.AppendAllText(_folder.PathTo(file), " ");
        Assert.NotEqual(before, Tokenizer.Load(_folder.Path).Digest);
    }

    [Theory]
    [InlineData("GPT2Tokenizer", "llama", new[] { "Ġ½", "Ġ1" })]
    [InlineData("GPT2TokenizerFast", "gpt2", new[] { "Ġ½", "Ġ1" })]
    [InlineData("GPT2Tokenizer", "olmo2", new[] { "Ġ", "½", "Ġ", "1" })]
    [InlineData("PreTrainedTokenizerFast", "llama", new[] { "Ġ", "½", "Ġ", "1" })]
    [InlineData(null, "llama", new[] { "Ġ", "½", "Ġ", "1" })]
    public void A_folder_of_the_class_GPT2Tokenizer_is_split_as_transformers_5_splits_it(string? loader, string model, string[] expected)
    {
        // Ġ, Â and ½ are blank, C2 and BD in GPT-2's byte alphabet.
        var tokenizer = new JsonObject
        {
            ["model"] = new JsonObject
            {
                ["type"] = "BPE",
                ["vocab"] = new JsonObject { ["Ġ"] = 0, ["Â"] = 1, ["½"] = 2, ["1"] = 3, ["ĠÂ"] = 4, ["Â½"] = 5, ["ĠÂ½"] = 6, ["Ġ1"] = 7 },
                ["merges"] = new JsonArray("Ġ Â", "Â ½", "ĠÂ ½", "Ġ 1"),
            },
            ["pre_tokenizer"] = JsonNode.Parse("""{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]}"""),
            ["decoder"] = JsonNode.Parse("""{"type":"ByteLevel"}"""),
        };
        File.WriteAllText(_folder.PathTo("tokenizer.json"), tokenizer.ToJsonString());
        File.WriteAllText(_folder.PathTo("tokenizer_config.json"), new JsonObject { ["tokenizer_class"] = loader }.ToJsonString());
        File.WriteAllText(_folder.PathTo("config.json"), new JsonObject { ["model_type"] = model }.ToJsonString());
        var loaded = Tokenizer.Load(_folder.Path);
        var ids = loaded.Encode(" ½ 1", addSpecialTokens: false);
        Assert.Equal(expected, ids.Select(id => loaded.IdToToken(id)!.Replace("Â½", "½", StringComparison.Ordinal)));
        Assert.Equal(" ½ 1", loaded.Decode(ids, skipSpecialTokens: false));
    }

    [Fact]
    public void A_megabyte_takes_seconds_at_most()
    {
        var tokenizer = Tokenizer.Load(Repository.PathTo("samples", "base"));
        var text = new StringBuilder();
        while (text.Length < 1 << 20)
            text.AppendJoin('\n', File.ReadLines(Repository.PathTo("samples", "data", "corpus.txt"))).Append(text.Length);
        var start = TimeProvider.System.GetTimestamp();
        var ids = tokenizer.Encode(text.ToString(), addSpecialTokens: false);
        Assert.Equal(text.ToString(), tokenizer.Decode(ids, skipSpecialTokens: false));

        // Many times what one busy core needs: this catches a quadratic merge, not a slow machine.
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void One_word_of_a_megabyte_is_no_quadratic_trap()
    {
        var tokenizer = Tokenizer.Load(Repository.PathTo("samples", "base"));
        var start = TimeProvider.System.GetTimestamp();
        Assert.NotEmpty(tokenizer.Encode(new string('a', 1 << 20), addSpecialTokens: false));
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60));
    }

    [Fact]
    public void A_lone_surrogate_is_the_caller_s_fault() =>
        Assert.Throws<ArgumentException>(() => Tokenizer.Load(Repository.PathTo("samples", "base")).Encode("a\uD800", addSpecialTokens: false));

    [Theory]
    [InlineData("model/type", "\"WordLevel\"", "the model 'WordLevel' is not supported")]
    [InlineData("model", """{"type":"Unigram","vocab":[["a",-1.0]],"unk_id":1}""", "'unk_id' is 1")]
    [InlineData("model", """{"type":"Unigram","vocab":[["a",-1.0]],"unk_id":null}""", "'unk_id'")]
    [InlineData("model", """{"type":"Unigram","vocab":[["a",-1.0],["a",-2.0]],"unk_id":0}""", "'a' is in the vocabulary twice")]
    [InlineData("model", """{"type":"Unigram","vocab":[["a",-1.0],["b",null]],"unk_id":0}""", "entry 1")]
    [InlineData("model", """{"type":"Unigram","vocab":[["a"]],"unk_id":0}""", "entry 0")]
    [InlineData("model", """{"type":"Unigram","vocab":[],"unk_id":0}""", "'unk_id' is 0")]
    [InlineData("model", """{"type":"WordPiece","vocab":{"a":0}}""", "'unk_token'")]
    [InlineData("model", """{"type":"WordPiece","vocab":{"a":0},"unk_token":"[UNK]"}""", "'[UNK]'")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace","replacement":"ab"}""", "'replacement'")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace","replacement":"_","prepend_scheme":"last"}""", "'last'")]
    [InlineData("pre_tokenizer", """{"type":"Metaspace","replacement":"_","prepend_scheme":"always","add_prefix_space":false}""", "contradict")]
    [InlineData("model/dropout", "0.1", "'dropout'")]
    [InlineData("model/unk_token", "\"<none>\"", "'<none>'")]
    [InlineData("model/merges", "[[\"a\",\"nowhere\"]]", "'nowhere'")]
    [InlineData("model/merges", "[[\"a\"]]", "not a pair")]
    [InlineData("model/vocab", "{\"a\":0,\"b\":0}", "two tokens have the id 0")]
    [InlineData("model/vocab", "{\"a\":-1}", "not a whole number")]
    [InlineData("model", "null", "'model' is missing")]
    [InlineData("pre_tokenizer", "{\"type\":\"UnicodeScripts\"}", "the pre-tokenizer 'UnicodeScripts' is not supported")]
    [InlineData("pre_tokenizer", "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"\\\\p{Han}\"},\"behavior\":\"Isolated\"}", "'Han'")]
    [InlineData("pre_tokenizer", "{\"type\":\"Split\",\"pattern\":{\"String\":\"x\"},\"behavior\":\"Odd\"}", "'Odd'")]
    [InlineData("normalizer", "{\"type\":\"Precompiled\"}", "the normalizer 'Precompiled' is not supported")]
    [InlineData("decoder", "{\"type\":\"CTC\"}", "the decoder 'CTC' is not supported")]
    [InlineData("post_processor", "{\"type\":\"Custom\"}", "the post-processor 'Custom' is not supported")]
    [InlineData("added_tokens", "[{\"id\":5,\"content\":\"<|endoftext|>\"}]", "has the id 5")]
    public void What_is_malformed_or_not_supported_is_refused_by_name(string path, string json, string named)
    {
        var root = JsonNode.Parse(File.ReadAllText(Repository.PathTo("samples", "base", "tokenizer.json")))!;
        var parts = path.Split('/');
        (parts.Length == 1 ? root : root[parts[0]]!)[parts[^1]] = JsonNode.Parse(json);
        _folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(root.ToJsonString()));
        var refusal = Assert.Throws<TokenizerException>(() => Tokenizer.Load(_folder.Path));
        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("tokenizer.json", refusal.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void Merges_of_both_spellings_mean_the_same()
    {
        var root = JsonNode.Parse(File.ReadAllText(Repository.PathTo("samples", "base", "tokenizer.json")))!;
        var merges = root["model"]!["merges"]!.AsArray();
        root["model"]!["merges"] = new JsonArray([.. merges.Select(pair => (JsonNode)$"{pair![0]} {pair[1]}")]);
        _folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(root.ToJsonString()));
        var text = File.ReadAllText(Repository.PathTo("samples", "data", "corpus.txt"));
        Assert.Equal(Tokenizer.Load(Repository.PathTo("samples", "base")).Encode(text, true), Tokenizer.Load(_folder.Path).Encode(text, true));
    }

    [Fact]
    public void A_contradiction_about_the_first_token_is_refused()
    {
        var root = JsonNode.Parse(File.ReadAllText(Repository.PathTo("samples", "base", "tokenizer.json")))!;
        root["added_tokens"]!.AsArray().Add(JsonNode.Parse("""{"id": 1280, "content": "<bos>", "special": true}"""));
        _folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(root.ToJsonString()));
        _folder.Write("tokenizer_config.json", """{"bos_token": "<bos>", "eos_token": "<|endoftext|>", "add_bos_token": true}"""u8);
        Assert.Contains("add_bos_token", Assert.Throws<TokenizerException>(() => Tokenizer.Load(_folder.Path)).Fault, StringComparison.Ordinal);
    }
}
