using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Loragate.EvalHarness.Tokenizers;
using Loragate.Testing;

namespace Loragate.EvalHarness.Tests.Tokenizers;

public sealed class SentencePieceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Folders() =>
        [.. SharedFolder.Folders("vectors", "tokenizers").Where(name => File.Exists(SharedFolder.PathTo("vectors", "tokenizers", name, "tokenizer.model")))];

    public void Dispose() => _folder.Dispose();

    [Theory(SkipTestWithoutData = true)]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    [MemberData(nameof(Folders))]
    public void Texts_and_ids_are_those_of_SentencePiece(string name)
    {
        var tokenizer = Tokenizer.Load(SharedFolder.PathTo("vectors", "tokenizers", name));
        var faults = new List<string>();
        foreach (var line in File.ReadLines(SharedFolder.PathTo("vectors", "tokenizers", name, "cases.jsonl")))
        {
            using var row = JsonDocument.Parse(line);
            var text = row.RootElement.GetProperty("text").GetString()!;
            int[] ids = [.. row.RootElement.GetProperty("ids_no_special").EnumerateArray().Select(id => id.GetInt32())];
            var found = tokenizer.Encode(text, addSpecialTokens: false);
            if (!ids.SequenceEqual(found))
                faults.Add($"{JsonSerializer.Serialize(text)}: expected {string.Join(' ', ids)}, got {string.Join(' ', found)}");
            var decoded = tokenizer.Decode(ids, skipSpecialTokens: false);
            if (decoded != row.RootElement.GetProperty("decoded").GetString())
                faults.Add($"{string.Join(' ', ids)}: got {JsonSerializer.Serialize(decoded)}");
        }
        Assert.Empty(faults);
    }

    [Fact]
    public void The_piece_of_highest_score_is_joined_first_and_unknown_neighbours_are_one_token()
    {
        // "abc": bc (−1) before ab (−2); "xyz" is unknown three times.
        Write(Model(bpe: true, ("<unk>", 0, 2), ("\u2581", -9, 1), ("a", -5, 1), ("b", -6, 1), ("c", -7, 1), ("ab", -2, 1), ("bc", -1, 1), ("\u2581a", -3, 1)));
        var tokenizer = Tokenizer.Load(_folder.Path);
        Assert.Equal(["\u2581a", "bc", "<unk>", "c"], tokenizer.Encode("abcxyzc", addSpecialTokens: false).Select(id => tokenizer.IdToToken(id)));
        Assert.Equal("abc \u2047 c", tokenizer.Decode(tokenizer.Encode("abcxyzc", addSpecialTokens: false), skipSpecialTokens: false));
    }

    [Fact]
    public void The_likeliest_cut_wins_and_special_tokens_are_added_where_the_folder_says_so()
    {
        Write(Model(bpe: false, ("<unk>", 0, 2), ("<s>", 0, 3), ("</s>", 0, 3), ("\u2581", -1, 1), ("a", -2, 1), ("b", -2, 1), ("ab", -5, 1)));
        _folder.Write("tokenizer_config.json", """{"bos_token": "<s>", "eos_token": "</s>", "add_bos_token": true, "add_eos_token": true}"""u8);
        var tokenizer = Tokenizer.Load(_folder.Path);
        Assert.Equal(["<s>", "\u2581", "a", "b", "</s>"], tokenizer.Encode("ab", addSpecialTokens: true).Select(id => tokenizer.IdToToken(id)));
        Assert.Equal("ab", tokenizer.Decode(tokenizer.Encode("ab", addSpecialTokens: true), skipSpecialTokens: false));
    }

    [Theory]
    [InlineData("tokenizer_config.json", "{}", "add_bos_token")]
    [InlineData("tokenizer_config.json", """{"add_bos_token": false, "added_tokens_decoder": {"99": {"content": "<x>"}}}""", "adds tokens")]
    [InlineData("added_tokens.json", "{}", "adds tokens")]
    [InlineData("tokenizer_config.json", """{"add_bos_token": true}""", "bos_token")]
    public void A_folder_that_adds_to_its_model_file_is_refused(string file, string json, string named)
    {
        Write(Model(bpe: true, ("<unk>", 0, 2), ("a", 0, 1)));
        _folder.Write(file, Encoding.UTF8.GetBytes(json));
        Assert.Contains(named, Assert.Throws<TokenizerException>(() => Tokenizer.Load(_folder.Path)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_format_says_beyond_what_is_supported_is_refused_by_name()
    {
        (byte[] File, string Named)[] cases =
        [
            (Model(bpe: true, ("<unk>", 0, 2), ("a", 0, 4)), "type 4"),
            (Model(bpe: true, ("<unk>", 0, 2), ("a", 0, 5)), "type 5"),
            (Model(bpe: true, ("a", 0, 1)), "no unknown token"),
            (Model(bpe: true, ("<unk>", 0, 2), ("<unk2>", 0, 2)), "second unknown"),
            (Model(bpe: true, ("<unk>", 0, 2), ("a", 0, 1), ("a", 0, 1)), "twice"),
            (Model(bpe: true, ("<unk>", 0, 2), ("a", float.NaN, 1)), "finite"),
            ([.. Model(bpe: true, ("<unk>", 0, 2)), .. Message(2, Varint(3, 3))], "model type 3"),
            ([.. Model(bpe: true, ("<unk>", 0, 2)), .. Message(2, Varint(35, 1))], "256 byte pieces"),
            ([.. Model(bpe: true, ("<unk>", 0, 2)), .. Message(2, Varint(24, 1))], "treat_whitespace_as_suffix"),
            ([.. Model(bpe: true, ("<unk>", 0, 2)), .. Message(3, Varint(5, 0))], "escape_whitespaces"),
            ([.. Model(bpe: true, ("<unk>", 0, 2)), .. Message(3, Message(2, [9, 0, 0, 0, 1]))], "trie"),
            ([.. Model(bpe: true, ("<unk>", 0, 2)), .. Message(5, Message(2, [1]))], "denormalizer_spec"),
            ([.. Model(bpe: true, ("<unk>", 0, 2)), .. Message(1, Message(1, [0xFF]))], "no UTF-8"),
            ([0x0A, 0x7F], "longer than its message"),
            ([0x0B], "wire type 3"),
            ([0x30, 0x80], "ends in the middle"),
            ([0x00], "without a number"),
        ];
        Assert.All(cases, c =>
        {
            Write(c.File);
            Assert.Contains(c.Named, Assert.Throws<TokenizerException>(() => Tokenizer.Load(_folder.Path)).Message, StringComparison.Ordinal);
        });
    }

    /// <summary>Each byte of a real model file, cut off or changed: the file is read or refused, and what is read can encode.</summary>
    [Theory(SkipTestWithoutData = true)]
    [Trait(SharedFolder.Category, SharedFolder.Name)]
    [MemberData(nameof(Folders))]
    public void Damaged_files_are_read_or_refused_and_nothing_else(string name)
    {
        var whole = File.ReadAllBytes(SharedFolder.PathTo("vectors", "tokenizers", name, "tokenizer.model"));
        var random = new Random(11);
        for (var round = 0; round < 300; round++)
        {
            var damaged = round % 3 == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
            for (var changes = round % 4; changes > 0 && damaged.Length > 0; changes--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            Write(damaged);
            try
            {
                var tokenizer = Tokenizer.Load(_folder.Path);
                _ = tokenizer.Decode(tokenizer.Encode("  naïve ①ｶﾞ\u200B 日本語 \0 don't", addSpecialTokens: true), skipSpecialTokens: false);
            }
            catch (TokenizerException)
            {
                // Refused, which is the other thing that may happen.
            }
        }
    }

    private void Write(byte[] model) => _folder.Write("tokenizer.model", model);

    private static byte[] Model(bool bpe, params (string Text, float Score, int Kind)[] pieces) =>
    [
        .. pieces.SelectMany(p => Message(1, [.. Message(1, Encoding.UTF8.GetBytes(p.Text)), .. Single(2, p.Score), .. Varint(3, p.Kind)])),
        .. Message(2, Varint(3, bpe ? 2 : 1)),
    ];

    private static byte[] Message(int field, byte[] content) => [.. Number((field << 3) | 2), .. Number(content.Length), .. content];

    private static byte[] Varint(int field, int value) => [.. Number(field << 3), .. Number(value)];

    private static byte[] Single(int field, float value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return [.. Number((field << 3) | 5), .. bytes];
    }

    private static byte[] Number(int value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }
}
