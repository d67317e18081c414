using System.Text;
using System.Text.Json.Nodes;
using Loragate.Artifacts;
using Loragate.EvalHarness.Tokenizers;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Tokenizers;

/// <summary>Files that nobody saved so: read or refused with the place, never anything else.</summary>
public sealed class HostileTokenizerTests : IDisposable
{
    private static readonly string[] Values =
        ["null", "true", "-1", "0", "1.5", "2147483648", "\"\"", "\"x\"", "\"(\"", "\"(a+)+$\"", "\"\\u2581\"", "[]", "[[]]", "{}", """{"type":"Sequence"}""", """{"type":"ByteLevel"}"""];

    /// <summary>
    /// Bytes allocated for each byte of a file. The dearest, a list of merges of five characters, took 44: two strings and an entry of a dictionary for each, in tables that double. A file has at most 64 MiB.
    /// </summary>
    private const int BytesAByte = 64;

    /// <summary>Whatever the file: tables of Unicode that whoever comes first makes once, 2.9 MB.</summary>
    private const int BytesAFile = 1 << 22;

    private readonly TempFolder _folder = new();

    public static TheoryData<string> Folders() =>
        [.. SharedFolder.Folders("vectors", "tokenizers").Where(name => File.Exists(SharedFolder.PathTo("vectors", "tokenizers", name, "tokenizer.json")))];

    public void Dispose() => _folder.Dispose();

    [Theory(SkipTestWithoutData = true)]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    [MemberData(nameof(Folders))]
    public void A_file_with_exchanged_parts_is_read_or_refused(string name)
    {
        var text = File.ReadAllText(SharedFolder.PathTo("vectors", "tokenizers", name, "tokenizer.json"));
        var random = new Random(3);
        for (var round = 0; round < 150; round++)
        {
            var root = JsonNode.Parse(text)!;
            Exchange(root, random);
            ReadOrRefuse(Encoding.UTF8.GetBytes(root.ToJsonString()));
        }
    }

    [Theory(SkipTestWithoutData = true)]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    [MemberData(nameof(Folders))]
    public void A_file_with_changed_bytes_is_read_or_refused(string name)
    {
        var whole = File.ReadAllBytes(SharedFolder.PathTo("vectors", "tokenizers", name, "tokenizer.json"));
        var random = new Random(4);
        for (var round = 0; round < 100; round++)
        {
            var damaged = round % 4 == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
            if (damaged.Length > 0)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            ReadOrRefuse(damaged);
        }
    }

    [Fact]
    public void A_million_merges_and_a_million_pieces_are_read_in_bounded_time()
    {
        var vocabulary = new StringBuilder("""{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":[""");
        vocabulary.AppendJoin(',', Enumerable.Repeat("\"a b\"", 1_000_000)).Append("]}}");
        var start = TimeProvider.System.GetTimestamp();
        Write(vocabulary);
        Assert.Equal([2], Bounded(() => Tokenizer.Load(_folder.Path)).Encode("ab", addSpecialTokens: false));
        vocabulary.Clear().Append("""{"model":{"type":"Unigram","unk_id":0,"vocab":[""");
        vocabulary.AppendJoin(',', Enumerable.Range(0, 1_000_000).Select(i => $"[\"p{i}\",-1.0]")).Append("]}}");
        Write(vocabulary);
        Assert.Equal([999_999], Bounded(() => Tokenizer.Load(_folder.Path)).Encode("p999999", addSpecialTokens: false));

        // Ten times what one busy core needs: this catches quadratic loading, not a slow machine.
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(60));
    }

    [Theory]
    [InlineData("""{"model":{"type":"BPE","vocab":{"a":0,"b":1,"ab":2},"merges":[""", "\"a b\"", "]}}", "'merges' has 3000000 entries, more than 1048576")]
    [InlineData("""{"model":{"type":"Unigram","unk_id":0,"vocab":[""", "[\"a\",-1.0]", "]}}", " values, more than 8388608")]
    public void More_entries_than_any_tokenizer_has_are_refused_with_the_limit(string opening, string entry, string end, string fault)
    {
        const int Entries = 3_000_000;
        Write(new StringBuilder(opening).AppendJoin(',', Enumerable.Repeat(entry, Entries)).Append(end));
        var refusal = Bounded(() => Assert.Throws<TokenizerException>(() => Tokenizer.Load(_folder.Path)));
        Assert.Contains(fault, refusal.Message, StringComparison.Ordinal);
        Assert.StartsWith(_folder.PathTo("tokenizer.json"), refusal.Place, StringComparison.Ordinal);
    }

    [Fact]
    public void A_vocabulary_larger_than_any_is_refused_with_the_limit()
    {
        var entries = Enumerable.Range(0, TokenizerNode.MaxEntries + 1).Select(i => $"\"{i}\":{i}");
        Write(new StringBuilder("""{"model":{"type":"BPE","merges":[],"vocab":{""").AppendJoin(',', entries).Append("}}}"));
        var refusal = Bounded(() => Assert.Throws<TokenizerException>(() => Tokenizer.Load(_folder.Path)));
        Assert.Contains("'vocab' has 1048577 entries, more than 1048576", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Components_nested_without_end_are_refused()
    {
        const int Depth = 10_000;
        var nested = string.Concat(Enumerable.Repeat("""{"type":"Sequence","normalizers":[""", Depth)) + string.Concat(Enumerable.Repeat("]}", Depth));
        _folder.Write("tokenizer.json", Encoding.UTF8.GetBytes($$$"""{"normalizer":{{{nested}}},"model":{"type":"BPE","vocab":{},"merges":[]}}"""));
        Bounded(() => Assert.ThrowsAny<MalformedInputException>(() => Tokenizer.Load(_folder.Path)));
    }

    [Fact]
    public void A_long_text_of_unknown_characters_is_no_quadratic_trap_for_Unigram()
    {
        _folder.Write("tokenizer.json", """{"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["aaaaaaaa",-1.0]]}}"""u8.ToArray());
        var (start, text, tokenizer) = (TimeProvider.System.GetTimestamp(), new string('b', 1 << 20), Tokenizer.Load(_folder.Path));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal([0], tokenizer.Encode(text, addSpecialTokens: false));
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(20));
        // 122 bytes a character when this was written: places, scores and the way back.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256L * text.Length);
    }

    private void ReadOrRefuse(byte[] file)
    {
        _folder.Write("tokenizer.json", file);
        Bounded(() =>
        {
            try
            {
                var tokenizer = Tokenizer.Load(_folder.Path);
                var ids = tokenizer.Encode(" naïve \u2581①ｶﾞ日本語 don't\n\n123 <s></s>", addSpecialTokens: true);
                return tokenizer.Decode([.. ids, 0, 1, int.MaxValue], skipSpecialTokens: true);
            }
            catch (MalformedInputException refusal)
            {
                Assert.Contains("tokenizer", refusal.Place, StringComparison.Ordinal);
                return "";
            }
        });
    }

    private void Write(StringBuilder file) => _folder.Write("tokenizer.json", Encoding.UTF8.GetBytes(file.ToString()));

    /// <summary>What comes of the tokenizer file, for no more memory than its size allows.</summary>
    private T Bounded<T>(Func<T> read)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var result = read();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var size = new FileInfo(_folder.PathTo("tokenizer.json")).Length;
        Assert.True(allocated <= BytesAFile + (BytesAByte * size), $"{allocated} bytes were allocated for a file of {size}");
        return result;
    }

    /// <summary>Puts another value, or another part of the file, in the place of one somewhere in the tree.</summary>
    private static void Exchange(JsonNode root, Random random)
    {
        var node = root;
        while (true)
        {
            var children = node is JsonObject map ? map.Select(p => p.Value).ToList() : node is JsonArray list ? [.. list] : [];
            var at = children.Count == 0 ? 0 : random.Next(children.Count);
            if (children.Count == 0)
                return;
            if (children[at] is { } child and (JsonObject or JsonArray) && random.Next(4) > 0)
            {
                node = child;
                continue;
            }
            var value = random.Next(3) == 0 ? root[new[] { "model", "decoder", "normalizer" }[random.Next(3)]]?.DeepClone() : JsonNode.Parse(Values[random.Next(Values.Length)]);
            if (node is JsonObject parent)
                parent[parent.ElementAt(at).Key] = value;
            else
                ((JsonArray)node)[at] = value;
            return;
        }
    }
}
